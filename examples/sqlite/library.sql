CREATE TABLE author (
  author_id INTEGER PRIMARY KEY,
  name      TEXT NOT NULL,
  born      INTEGER
);
CREATE TABLE book (
  book_id   INTEGER PRIMARY KEY,
  title     TEXT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES author,
  year      INTEGER NOT NULL,
  price     REAL
);
CREATE INDEX book_author ON book (author_id);
INSERT INTO author VALUES
  (1, 'Mary Shelley', 1797),
  (2, 'Jules Verne', 1828),
  (3, 'Anonymous', NULL);
INSERT INTO book VALUES
  (1, 'Frankenstein', 1, 1818, 8.5),
  (2, 'The Last Man', 1, 1826, 9.9),
  (3, 'Journey to the Centre of the Earth', 2, 1864, 7.25),
  (4, 'Around the World in Eighty Days', 2, 1872, 6.5),
  (5, 'One Thousand and One Nights', 3, 1706, NULL);
