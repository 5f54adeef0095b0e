import type { Migration, Migrations } from '../../db/migrate.ts'

/** The smallest schema that a store can be tried on. */
export interface Jar {
  shelves: { id: string }
  jars: { id: string; shelf: string; label: string; spoons: number }
}

export const pantry: Migrations = [
  {
    number: 1,
    name: 'pantry',
    sql: `
      create table shelves (id text primary key) strict;
      create table jars (
        id text not null,
        shelf text not null references shelves (id),
        label text not null,
        spoons integer not null check (spoons >= 0),
        primary key (id)
      ) strict;
      create unique index jars_label on jars (shelf, label);
      create unique index jars_marked on jars (upper(label)) where label like '!%';
      insert into shelves values ('top');
      insert into jars values ('honey', 'top', 'Honey', 0);
    `,
  },
]

/** Long enough to be killed in the middle of it. */
export const restocking: Migration = {
  number: 2,
  name: 'restocking',
  sql: Array.from(
    { length: 200 },
    (_, number) => `
      create table shelf_${number} (id text primary key, label text) strict;
      insert into jars select 'new-${number}', 'top', 'New ${number}', 0;`,
  ).join(''),
}
