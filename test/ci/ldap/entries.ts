/** Who searches. */
export const SERVICE = { dn: "cn=service,dc=example,dc=org", password: "the service's" } as const;

interface Person {
  readonly uid: string;
  readonly cn: string;
  readonly mail?: string;
  readonly password?: string;
}

const people: readonly Person[] = [
  { uid: "ann", cn: "Ann Example", mail: "ann@example.org", password: "ann's password" },
  { uid: "ben", cn: "Ben Example", mail: "Ben@Example.org", password: "ben's password" },
  { uid: "star*", cn: "Star (Example)", mail: "star@example.org", password: "star's password" },
  { uid: "nomail", cn: "No Mail", password: "nomail's password" },
  { uid: "nopassword", cn: "No Password", mail: "nopassword@example.org" },
  // Two entries of one name: one more below lies in another unit.
  { uid: "twice", cn: "Twice", mail: "twice@example.org", password: "twice's password" },
];

function entryOf({ uid, cn, mail, password }: Person, unit = "people"): string {
  return `dn: cn=${cn},ou=${unit},dc=example,dc=org
objectClass: inetOrgPerson
cn: ${cn}
sn: Example
uid: ${uid}
${mail === undefined ? "" : `mail: ${mail}\n`}${password === undefined ? "" : `userPassword: ${password}\n`}`;
}

function groupOf(cn: string): string {
  return `dn: cn=${cn},ou=groups,dc=example,dc=org
objectClass: groupOfNames
cn: ${cn}
member: cn=Ann Example,ou=people,dc=example,dc=org
`;
}

function unitOf(ou: string): string {
  return `dn: ou=${ou},dc=example,dc=org\nobjectClass: organizationalUnit\nou: ${ou}\n`;
}

/** The groups of ann; the others have none. */
export const groups = Array.from({ length: 200 }, (_, index) => `team-${String(index).padStart(3, "0")}`);

/** Everything in the directory, as LDIF. */
export const entries = [
  "dn: dc=example,dc=org\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n",
  ...["people", "others", "groups"].map(unitOf),
  `dn: ${SERVICE.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: service
userPassword: ${SERVICE.password}
`,
  ...people.map((person) => entryOf(person)),
  entryOf({ uid: "twice", cn: "Twice", mail: "another@example.org", password: "twice's password" }, "others"),
  ...groups.map(groupOf),
].join("\n");
