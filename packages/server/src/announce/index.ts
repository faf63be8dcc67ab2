export { announcedServers } from "./announced-servers.ts";
export type { Announcement } from "./announcement.ts";
export { announcementFolder, UnsafeFolderError } from "./folder.ts";
