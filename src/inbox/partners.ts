/** Presence across the list: whoever a user talks with learns that they came or left, without a socket in every room. */
import { errorText, log } from "../lib/log.ts";

/** Only the most recently active partners are told and asked: the cost of coming and going stays bounded. */
const MAX_PARTNERS = 50;

/**
 * Tells partners that a user has come or left, all at once.
 *
 * @param tell calls one partner's inbox, which answers whether that partner is online
 * @returns the ids of the partners who are online
 */
export async function tellPartners(
  partnerIds: readonly number[],
  tell: (partnerId: number) => Promise<boolean>,
): Promise<number[]> {
  const answers = await Promise.all(
    partnerIds.slice(0, MAX_PARTNERS).map(async (partnerId) => {
      try {
        return (await tell(partnerId)) ? [partnerId] : [];
      } catch (error) {
        // A dot in a list is worth no retry: the next coming or going sets it right.
        log("warn", "partner_not_told", { partner: partnerId, error: errorText(error) });
        return [];
      }
    }),
  );
  return answers.flat();
}
