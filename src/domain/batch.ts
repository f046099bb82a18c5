/** Points at the records of one S3 object. JSON-safe: it travels in a queued job. */
export interface ObjectRef {
  readonly kind: 'object';
  /** Hash of bucket and key: the same object named twice is one ref. */
  readonly id: string;
  /** Name of the configured queue that named the object. */
  readonly queue: string;
  readonly bucket: string;
  readonly key: string;
  /** When AWS delivered it, epoch ms: S3 event time, the time in the key, or the time the message was sent. */
  readonly deliveredAt: number;
}

/** Carries the content of one inline message itself (EventBridge, or `{"Records":[…]}`); SQS bounds its size. */
export interface InlineRef {
  readonly kind: 'inline';
  /** Hash of the body. */
  readonly id: string;
  readonly queue: string;
  /** The JSON text `{"Records":[…]}`, or `{"Findings":[{"product":…,"detail":…}]}` of another product. */
  readonly body: string;
  readonly deliveredAt: number;
}

export type BatchRef = ObjectRef | InlineRef;

/** The bytes behind a ref, gzip or plain. Never queued. */
export interface Batch {
  readonly ref: BatchRef;
  readonly bytes: Uint8Array;
}

/** `s3://bucket/key`, or the message an inline batch came in. For people; not an identity. */
export function describeRef(ref: BatchRef): string {
  return ref.kind === 'object'
    ? `s3://${ref.bucket}/${ref.key}`
    : `inline message ${ref.id} of queue ${ref.queue}`;
}
