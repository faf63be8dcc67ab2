/** What came is no review. The message is for whoever sent it, and holds nothing of a pod. */
export class UnreadableReview extends Error {
  override readonly name = "UnreadableReview";
}
