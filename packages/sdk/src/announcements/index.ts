export { announcedServers, readFolder } from "./announced-servers.ts";
export { type Announcement, writeAnnouncement } from "./announcement.ts";
export { announcementFolder, checkFolder } from "./folder.ts";
export { processStart } from "./process-start.ts";
