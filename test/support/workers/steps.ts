/** What can happen to a conversation, as data, so that a failing run can be shrunk and repeated. */
import * as fc from "fast-check";

/** Which of the two people, and which of their two devices. */
const who = fc.integer({ min: 0, max: 1 });
const device = fc.integer({ min: 0, max: 3 });
/** Few texts and keys, so that both repeats and conflicts come up. */
const text = fc.constantFrom("a", "b");
const key = fc.option(fc.constantFrom("k1", "k2", "k3"), { nil: null, freq: 2 });
/** Null for all; ids that may be unknown, one's own or read before. */
const ids = fc.option(fc.array(fc.integer({ min: -1, max: 14 }), { maxLength: 4 }), { nil: null, freq: 3 });

export const stepArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("send"), device, text, key }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("restSend"), who, text, key }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("read"), device, ids }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("restRead"), who, ids }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant("connect"), device, sync: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("disconnect"), device, unheard: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("evict") }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("alarm") }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("d1"), up: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("burst"), count: fc.integer({ min: 2, max: 12 }) }) },
);

type Arbitrated<A> = A extends fc.Arbitrary<infer T> ? T : never;
export type Step = Arbitrated<typeof stepArbitrary>;
