import { renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import type { Client, GraphQLRequest } from "urql";
import { Provider } from "urql";
import { describe, expect, it } from "vitest";
import { fromValue } from "wonka";
import { PartiesDocument } from "../parties/queries";
import type { ViewProps } from "../view";
import { useParties } from "./useParties";

const company = (id: string) => ({ __typename: "Party", id, code: id, name: `Company ${id}`, kind: "SHIPPER", possibleRoles: ["SHIPPER"] });

/** The ids of the companies that somebody with a scope may choose from, and what was asked by id. */
function companies(scope: "ADMINISTER" | "MANAGE", named: string | undefined) {
  const asked: unknown[] = [];
  const executeQuery = ({ query, variables }: GraphQLRequest) => {
    if (query === PartiesDocument) return fromValue({ data: { parties: { edges: ["1", "2"].map((id) => ({ node: company(id) })) } } });
    asked.push(variables?.id);
    return fromValue({ data: { node: company(String(variables?.id)) } });
  };
  const client = { executeQuery } as unknown as Client;
  const wrapper = ({ children }: { readonly children: ReactNode }) => <Provider value={client}>{children}</Provider>;
  const viewer = { scopes: [scope], party: company("own") } as unknown as ViewProps["viewer"];
  const { result } = renderHook(() => useParties(viewer, named), { wrapper });
  return { ids: result.current.map(({ id }) => id), asked };
}

describe("the companies that people are kept of", () => {
  it("are those of the directory's first page, and the named one", () => {
    expect(companies("ADMINISTER", undefined)).toEqual({ ids: ["1", "2"], asked: [] });
    expect(companies("ADMINISTER", "2")).toEqual({ ids: ["1", "2"], asked: [] });
    expect(companies("ADMINISTER", "101")).toEqual({ ids: ["1", "2", "101"], asked: ["101"] });
  });

  it("are one's own alone for a company's administrator", () => {
    expect(companies("MANAGE", "101")).toEqual({ ids: ["own"], asked: [] });
  });
});
