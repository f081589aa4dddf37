/** Where an offer of a contract is made: the market screen with the contract's code and what kind of offer it is to be. */
export type OfferKind = "call" | "listing" | "release";

export const offerAddress = (network: string, contract: string, kind: OfferKind): string =>
  `/networks/${encodeURIComponent(network)}/market?${new URLSearchParams({ offer: contract, as: kind }).toString()}`;
