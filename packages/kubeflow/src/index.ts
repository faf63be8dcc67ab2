export type { AccessReview, AccessSubject, RbacObject } from "./rbac/rbac-objects.ts";
