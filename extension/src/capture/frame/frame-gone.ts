/** The frame went away (navigation, removal, a crash) before it had answered. */
export class FrameGone extends Error {}
