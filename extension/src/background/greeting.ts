// How this extension introduces itself to a host, and what a diagnosis needs to know of the browser around it.

import { browser, browserName, isFirefox } from "../platform/browser.ts";
import { protocolVersion } from "../protocol/codec.ts";
import type { MessageBody } from "../protocol/messages.ts";
import type { Surroundings } from "./diagnosis.ts";
import { profileId } from "./settings.ts";

export async function greeting(): Promise<MessageBody<"hello">> {
  const { name, version } = await browserName();
  return {
    protocol: [protocolVersion, protocolVersion],
    client: "extension",
    client_version: browser.runtime.getManifest().version,
    browser: `${name} ${version}`.trim(),
    profile: await profileId(),
    capabilities: [],
  };
}

export async function surroundings(): Promise<Surroundings> {
  const [{ name }, { os }] = await Promise.all([browserName(), browser.runtime.getPlatformInfo()]);
  return { extensionId: browser.runtime.id, browserName: name, os, isFirefox };
}
