// What a page that puts a picture together and the agent in the replayed page say to each other.
export interface PieceRequest {
  keepleaf: "piece";
  /** CSS pixels from the top of the page; null: the last one was taken. */
  top: number | null;
}

/** The piece is painted. CSS pixels; `top` is as far as the page can be scrolled. */
export interface PieceReport {
  keepleaf: "piece";
  top: number;
  /** Of the window, without its scroll bars. */
  width: number;
  height: number;
  /** Of the page. */
  total: number;
}

export function isPieceRequest(value: unknown): value is PieceRequest {
  const { keepleaf, top } = (value ?? {}) as Partial<PieceRequest>;
  return keepleaf === "piece" && (top === null || (typeof top === "number" && top >= 0));
}

export function isPieceReport(value: unknown): value is PieceReport {
  const { keepleaf, top, width, height, total } = (value ?? {}) as Partial<PieceReport>;
  return (
    keepleaf === "piece" &&
    [top, width, height, total].every((one) => Number.isFinite(one) && Number(one) >= 0)
  );
}
