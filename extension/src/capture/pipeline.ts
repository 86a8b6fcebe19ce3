// The capture's steps, as data, in the order in which they see an element. A step that drops an element ends its line.
import type { ElementStep } from "./html/context.ts";
import { animations } from "./steps/animations.ts";
import { canvas } from "./steps/canvas.ts";
import { defined } from "./steps/defined.ts";
import { forms } from "./steps/forms.ts";
import { frames } from "./steps/frames.ts";
import { handlers } from "./steps/handlers.ts";
import { images } from "./steps/images.ts";
import { inlineStyle } from "./steps/inline-style.ts";
import { linkElements } from "./steps/link-elements.ts";
import { linkedSheets } from "./steps/linked-sheets.ts";
import { links } from "./steps/links.ts";
import { media } from "./steps/media.ts";
import { metas } from "./steps/metas.ts";
import { scripts } from "./steps/scripts.ts";
import { scroll } from "./steps/scroll.ts";
import { slotNames } from "./steps/slots.ts";
import { styleElements } from "./steps/style-elements.ts";
import { svgReferences } from "./steps/svg-references.ts";
import { target } from "./steps/target.ts";
import { topLayer } from "./steps/top-layer.ts";

export const elementSteps: readonly ElementStep[] = [
  scripts,
  metas,
  handlers,
  defined,
  linkElements,
  linkedSheets,
  inlineStyle,
  styleElements,
  images,
  svgReferences,
  media,
  frames,
  canvas,
  forms,
  links,
  topLayer,
  animations,
  slotNames,
  target,
  scroll,
];
