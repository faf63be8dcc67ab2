import { operations } from "@kfp-ts/api";
import { describe, expect, it } from "vitest";
import type { Authentication, Authenticator } from "../../src/ports/authenticator.ts";
import { ReviewUnavailableError } from "../../src/ports/review-unavailable.ts";
import { createAccess, rightsOf } from "../../src/services/access.ts";
import { AccessUnavailable } from "../../src/services/access-unavailable.ts";
import type { MultiUserOptions } from "../../src/services/multi-user.ts";
import { refusalOf } from "./harness.ts";
import { byHeader, caller, rules } from "./many-users.ts";

const rights = rightsOf(operations.experiments);
const pipelineRights = rightsOf(operations.pipelines);

function accessWith(options: Partial<MultiUserOptions> = {}) {
  return createAccess({ authenticators: [byHeader], authorizer: rules(), systemNamespace: "system", ...options });
}

function saying(authentication: Authentication): Authenticator {
  return { authenticate: async () => authentication };
}

const refused = (reason: string): Authenticator => saying({ outcome: "refused", reason });
const known = (user: string): Authenticator => saying({ outcome: "known", identity: { user } });
const unavailable: Authenticator = {
  authenticate: async () => {
    throw new ReviewUnavailableError("the reviewer at 10.0.0.1 is down", { retryAfterSeconds: 7 });
  },
};

async function chainOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
  } catch (error) {
    return ((error as Error).cause as Error).message;
  }
  return undefined;
}

describe("who is calling", () => {
  it("is whom the first authenticator knows that knows somebody", async () => {
    const authorizer = rules("* * * *");
    const access = accessWith({ authenticators: [refused("no"), known("ann"), known("bea")], authorizer });
    await access.demand(caller(), rights.get, "team-a");
    expect(authorizer.asked.map(({ user }) => user)).toEqual(["ann"]);
  });

  it("is 401 with upstream's words where nobody knows, and the chain has each reason once", async () => {
    const access = accessWith({ authenticators: [refused("a"), refused("b"), refused("a")] });
    const demand = () => access.demand(caller(), rights.get, "team-a");
    expect(await refusalOf(demand())).toEqual({
      code: "UNAUTHENTICATED",
      message: "Failed to check authorization. User identity is empty in the request header",
    });
    expect(await chainOf(demand())).toBe("[a, b]");
    expect(await chainOf(accessWith().demand(caller(), rights.get, "team-a"))).toBe("there is no header");
  });

  it("is nobody where the name is empty, whatever that one might do", async () => {
    const access = accessWith({ authenticators: [known("")], authorizer: rules("* * * *") });
    expect((await refusalOf(access.demand(caller(), rights.get, "team-a"))).code).toBe("UNAUTHENTICATED");
  });

  it("is nobody where a call comes without claims, or nobody could tell", async () => {
    const authorizer = rules("* * * *");
    expect((await refusalOf(accessWith({ authorizer }).demand(undefined, rights.get, "a"))).code).toBe(
      "UNAUTHENTICATED",
    );
    const nobody = accessWith({ authenticators: [], authorizer });
    expect((await refusalOf(nobody.demand(caller("ann"), rights.get, "a"))).code).toBe("UNAUTHENTICATED");
  });
});

describe("what they may do", () => {
  it("is told in upstream's words where they may not, with all that was asked", async () => {
    const authorizer = { review: async () => ({ allowed: false, reason: "because" }) };
    expect(await refusalOf(accessWith({ authorizer }).demand(caller("ann"), rights.archive, "team-a", "one"))).toEqual({
      code: "PERMISSION_DENIED",
      message:
        "User 'ann' is not authorized with reason: because (request: &ResourceAttributes{Namespace:team-a,Verb:archive," +
        "Group:pipelines.kubeflow.org,Version:v1beta1,Resource:experiments,Subresource:,Name:one,FieldSelector:nil," +
        "LabelSelector:nil,})",
    });
  });

  it("is never guessed where nobody can tell: that is 503, with the time after which to ask again", async () => {
    const failing = {
      review: async () => {
        throw new ReviewUnavailableError("down", { retryAfterSeconds: 7 });
      },
    };
    for (const access of [accessWith({ authenticators: [unavailable] }), accessWith({ authorizer: failing })]) {
      const error = await access.demand(caller("ann"), rights.get, "team-a").catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AccessUnavailable);
      expect(error).toMatchObject({ code: "UNAVAILABLE", retryAfterSeconds: 7 });
      expect((error as Error).message).not.toContain("10.0.0.1");
    }
  });

  it("is not asked of a later authenticator where an earlier one cannot tell", async () => {
    const access = accessWith({ authenticators: [unavailable, known("ann")], authorizer: rules("* * * *") });
    expect((await refusalOf(access.demand(caller(), rights.get, "team-a"))).code).toBe("UNAVAILABLE");
  });

  it("is known to be unavailable by the error's name, since it may come from another bundle", async () => {
    const error = Object.assign(new Error("down"), { name: "ReviewUnavailableError", retryAfterSeconds: 3 });
    const authorizer = { review: () => Promise.reject(error) };
    expect((await refusalOf(accessWith({ authorizer }).demand(caller("ann"), rights.get, "a"))).code).toBe(
      "UNAVAILABLE",
    );
  });

  it("is an unexpected error where the authorizer fails otherwise, and never an allow", async () => {
    const authorizer = { review: () => Promise.reject(new TypeError("oops")) };
    await expect(accessWith({ authorizer }).demand(caller("ann"), rights.get, "a")).rejects.toThrow(TypeError);
  });
});

describe("pipelines that all share", () => {
  it("can be read by everybody, and changed by whoever may in the system namespace", async () => {
    const authorizer = rules("ann update pipelines system");
    const access = accessWith({ authorizer });
    await access.demand(caller(), pipelineRights.get, "", "one");
    await access.demand(caller("ann"), pipelineRights.update, "", "one");
    expect(authorizer.asked.map(({ attributes }) => attributes.namespace)).toEqual(["system"]);
    expect((await refusalOf(access.demand(caller("bea"), pipelineRights.delete, "", "one"))).code).toBe(
      "PERMISSION_DENIED",
    );
  });
});

describe("shared read", () => {
  it("lets everybody get and list, known or not, and asks nobody", async () => {
    const authorizer = rules();
    const access = accessWith({ authorizer, sharedRead: true });
    await access.demand(caller(), rights.get, "team-a", "one");
    await access.demand(undefined, rights.list, "team-a");
    expect(authorizer.asked).toEqual([]);
  });

  it("changes nothing about everything else", async () => {
    const access = accessWith({ sharedRead: true });
    expect((await refusalOf(access.demand(caller(), rights.create, "team-a"))).code).toBe("UNAUTHENTICATED");
    expect((await refusalOf(access.demand(caller("ann"), rights.delete, "team-a"))).code).toBe("PERMISSION_DENIED");
  });
});
