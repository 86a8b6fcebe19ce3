// Where the time of a capture goes: marks on the background's timeline. They are there in a build for the benchmark alone
// (`node extension/build.mjs --trace`); in what is shipped this function is empty.
declare const keepleafTrace: boolean;

export function trace(point: string): void {
  if (typeof keepleafTrace !== "undefined" && keepleafTrace) performance.mark(`keepleaf ${point}`);
}
