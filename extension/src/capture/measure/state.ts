// What an element shows that its markup does not guarantee.
import * as dom from "../html/dom.ts";
import { hash, hashAddress } from "./hash.ts";
import { pixelsOf } from "./pixels.ts";
import { isSecret } from "./secret.ts";
import { backgroundAddress } from "./style.ts";
import type { ElementState } from "./types.ts";
import type { Found } from "./walk.ts";

const buttons = new Set(["submit", "reset", "button", "image"]);
const unmeasured = new Set(["hidden", "password", "file"]);

export function stateOf({ element, name }: Found, style: CSSStyleDeclaration): ElementState {
  const state: ElementState = {};
  switch (name) {
    case "img":
      if (dom.localName(element) === "img") imageState(element as HTMLImageElement, state);
      break;
    case "video":
      videoState(element as HTMLVideoElement, state);
      break;
    case "canvas":
      canvasState(element as HTMLCanvasElement, state);
      break;
    case "input":
      inputState(element as HTMLInputElement, state);
      break;
    case "textarea":
      if (!isSecret(element)) state.value = hash((element as HTMLTextAreaElement).value);
      break;
    case "select":
      state.value = hash(
        Array.from((element as HTMLSelectElement).options, ({ selected }) => (selected ? "1" : "0")).join(""),
      );
      break;
    case "details":
    case "dialog":
      if (dom.attribute(element, "open") !== null) state.open = true;
      break;
  }
  if (name === "dialog" && dom.matches(element, ":modal")) state.layer = "modal";
  else if (dom.attribute(element, "popover") !== null && dom.matches(element, ":popover-open")) {
    state.layer = "popover";
  }
  const left = Math.round(dom.scrollLeft(element));
  const top = Math.round(dom.scrollTop(element));
  if (left !== 0 || top !== 0) state.scroll = [left, top];
  const background = name === "canvas" ? undefined : backgroundAddress(style);
  if (background) state.background = hashAddress(background);
  return state;
}

function imageState(image: HTMLImageElement, state: ElementState): void {
  if (image.currentSrc !== "") state.url = hashAddress(image.currentSrc);
  if (image.complete && image.naturalWidth > 0) state.image = [image.naturalWidth, image.naturalHeight];
}

function videoState(video: HTMLVideoElement, state: ElementState): void {
  const shown = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0;
  if (shown) state.image = [video.videoWidth, video.videoHeight];
  // In a replay the frame that was on the screen is the poster; its own size is not told.
  else if (video.poster.startsWith("data:")) state.image = [0, 0];
}

function canvasState(canvas: HTMLCanvasElement, state: ElementState): void {
  if (canvas.width === 0 || canvas.height === 0) return;
  const pixels = pixelsOf(canvas);
  if (pixels !== undefined) state.pixels = pixels;
}

function inputState(input: HTMLInputElement, state: ElementState): void {
  const { type } = input;
  if (type === "checkbox" || type === "radio") {
    if (input.checked) state.checked = true;
    if (input.indeterminate) state.mixed = true;
  } else if (!buttons.has(type) && !unmeasured.has(type) && !isSecret(input)) {
    state.value = hash(input.value);
  }
}
