// Measuring a live page from the background: two questions to each frame, and parts for frames.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveMeasure } from "../../../../extension/src/background/fidelity/live-measure.ts";
import { livePage } from "../../../../extension/src/background/fidelity/live-page.ts";
import type { FromMeasured, ToMeasured } from "../../../../extension/src/capture/measure/messages.ts";
import { measured, paragraphs } from "./made.ts";

const parts = [
  { n: 0, role: "document" as const, frameId: 0 },
  { n: 1, parent: 0, role: "stylesheet" as const },
  { n: 2, parent: 0, role: "frame" as const, frameId: 7 },
  { n: 3, parent: 2, role: "canvas" as const },
  { n: 4, parent: 0, role: "frame" as const },
];

function frame(answer: (message: ToMeasured) => FromMeasured | "gone") {
  const asked: string[] = [];
  const listeners: ((message: FromMeasured) => void)[] = [];
  const ends: (() => void)[] = [];
  let closed = false;
  const port = {
    postMessage(message: unknown) {
      asked.push((message as ToMeasured).op);
      const reply = answer(message as ToMeasured);
      queueMicrotask(() => {
        if (reply === "gone") for (const end of ends) end();
        else for (const listener of listeners) listener(reply);
      });
    },
    disconnect() {
      closed = true;
    },
    onMessage: { addListener: (listener: (message: FromMeasured) => void) => listeners.push(listener) },
    onDisconnect: { addListener: (listener: () => void) => ends.push(listener) },
  };
  return { port, asked, isClosed: () => closed };
}

const answers = ({ op }: ToMeasured): FromMeasured =>
  op === "measure" ? { measure: measured(paragraphs()) } : { moving: [3] };

test("each frame is measured once when the page was read and once when all bytes are there", async () => {
  const frames = new Map([0, 7].map((id) => [id, frame(answers)]));
  const measuring = new LiveMeasure(
    [0, 7],
    (id) => (frames.get(id) as ReturnType<typeof frame>).port as never,
    0,
  );
  measuring.start();
  for (const { asked } of frames.values()) assert.deepEqual(asked, ["measure"]);
  const seen = await measuring.finish(parts);
  assert.deepEqual(
    seen?.documents.map(({ part, frames: below, moving }) => ({ part, below, moving })),
    [
      { part: 0, below: [2, 4], moving: [3] },
      { part: 2, below: [], moving: [3] },
    ],
  );
  for (const one of frames.values()) {
    assert.deepEqual(one.asked, ["measure", "again"]);
    assert.ok(one.isClosed());
  }
});

test("a frame that goes away, or fails, is not measured; without the page itself there is nothing to compare", async () => {
  const run = (page: ReturnType<typeof frame>, inner: ReturnType<typeof frame>) => {
    const measuring = new LiveMeasure([0, 7], (id) => (id === 0 ? page : inner).port as never, 0);
    measuring.start();
    return measuring.finish(parts);
  };
  const seen = await run(
    frame(answers),
    frame(() => "gone"),
  );
  assert.deepEqual(
    seen?.documents.map(({ part }) => part),
    [0],
  );
  assert.equal(
    await run(
      frame(() => ({ failed: "Error: no" })),
      frame(answers),
    ),
    null,
  );
});

test("a frame that stood still the first time and left before the second is taken as it was", async () => {
  const page = frame((message) => (message.op === "measure" ? answers(message) : "gone"));
  const measuring = new LiveMeasure([0], () => page.port as never, 0);
  measuring.start();
  const seen = await measuring.finish(parts);
  assert.deepEqual(seen?.documents[0]?.moving, []);
});

test("a capture that fails closes what measures", () => {
  const page = frame(answers);
  const measuring = new LiveMeasure([0], () => page.port as never, 0);
  measuring.start();
  measuring.close();
  assert.ok(page.isClosed());
});

test("a frame's canvases are known by their parts, unless pictures of videos are among them", () => {
  const drawn = measured(paragraphs());
  Object.assign(drawn.elements[2] as object, { state: { pixels: "00" } });
  const page = { frameId: 0, measure: measured(paragraphs()), moving: [] };
  const inner = (measure: typeof drawn) => livePage([page, { frameId: 7, measure, moving: [] }], parts);
  assert.deepEqual(inner(drawn)?.documents[1]?.canvases, [3]);
  assert.deepEqual(inner(measured(paragraphs()))?.documents[1]?.canvases, []);
});
