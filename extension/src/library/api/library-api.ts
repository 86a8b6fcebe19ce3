// LibraryApi: what the popup and the library page can ask. Written once; two adapters speak it to the host, by native
// messaging (native-library-api.ts) and over HTTP. Every call answers a Reply; a promise rejects only when the caller
// aborts. The messages are those of docs/protocol.md.
import type { MessageBody, MessageReply, RequestType } from "../../protocol/messages.ts";
import type { Reply } from "../../protocol/reply.ts";

export interface LibraryApi {
  request<T extends RequestType>(
    type: T,
    body: MessageBody<T>,
    options?: { signal?: AbortSignal },
  ): Promise<Reply<MessageReply<T>>>;
}
