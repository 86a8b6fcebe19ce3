// The shape of every message of docs/protocol.md: what messages.ts says to the compiler, said to values from outside.
// The compiler holds the two together (a missing or wrongly typed field does not compile), tests/contract holds both
// to the schema and the vectors.
export { wireError } from "./shapes-common.ts";
export { events, replies } from "./shapes-replies.ts";
export { bodies } from "./shapes-requests.ts";
