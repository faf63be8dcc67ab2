import { invalidArgument } from "@kfp-ts/api";

/** Whether Go's `url.ParseRequestURI`, with which upstream starts, would take a text: an absolute URL or path. */
const REQUEST_URI = /^(?:[A-Za-z][A-Za-z0-9+.-]*:\S|\/)/;

/**
 * Checks that the URL of a package is one at all. Where it may point to is for whoever fetches it.
 *
 * @throws StatusError INVALID_ARGUMENT with upstream's text, of which there is one for each of two operations.
 */
export function checkPackageUrl(url: string, refusal: (url: string) => string): void {
  if (!REQUEST_URI.test(url) || /\p{Cc}/u.test(url)) throw invalidArgument(refusal(url));
}

/** What `pipelines.createWithVersion` answers to what is no URL. */
export const invalidPackageUrlOfPipeline = (url: string): string => `invalid pipeline spec URL: ${url}`;

/** What `pipelineVersions.create` answers to what is no URL. */
export const invalidPackageUrlOfVersion = (url: string): string =>
  `Failed to create a pipeline version due to invalid pipeline spec URI. PipelineSpecURI: ${url}. Please specify a valid URL`;
