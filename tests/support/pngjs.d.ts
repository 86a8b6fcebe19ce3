// What the tests use of pngjs, which ships no types.
declare module "pngjs" {
  export class PNG {
    constructor(options?: { width?: number; height?: number });
    width: number;
    height: number;
    data: Buffer;
    static sync: {
      read(bytes: Buffer | Uint8Array): PNG;
      write(image: PNG): Buffer;
    };
  }
}
