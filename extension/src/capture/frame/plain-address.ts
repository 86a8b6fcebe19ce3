// Addresses without the user name and password that they may carry: what is kept must not tell them, and fetch() takes
// no address with them (the browser sends what it was told on its own).
export function withoutCredentials(address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return address;
  }
  if (url.username === "" && url.password === "") return address;
  url.username = "";
  url.password = "";
  return url.href;
}
