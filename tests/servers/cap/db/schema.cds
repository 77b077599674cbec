namespace press;

using { cuid } from '@sap/cds/common';

/** A person or a group that writes. */
entity Authors : cuid {
  name  : String(100) not null;
  born  : Date;
  books : Association to many Books on books.author = $self;
}

/** A book, its digits, its stream and what it is composed of. */
entity Books {
  key ID        : Integer;
      title     : localized String(200);
      summary   : localized String(1000);
      author    : Association to Authors;
      genre     : Association to Genres;
      price     : Decimal(34, 10);
      printed   : Int64;
      weight    : Double;
      inPrint   : Boolean;
      published : Date;
      readAt    : Time;
      soldAt    : DateTime;
      changedAt : Timestamp;
      digest    : Binary(32);
      cover     : LargeBinary @Core.MediaType: coverType;
      coverType : String(100) @Core.IsMediaType;
      keywords  : many String(50);
      editions  : many Edition;
      size      : Size;
      chapters  : Composition of many Chapters on chapters.book = $self;
      sales     : Composition of many Sales on sales.book = $self;
}

type Edition {
  year   : Integer;
  format : Format;
}

type Size {
  height : Integer;
  width  : Integer;
}

type Format : String(20) enum {
  hardcover;
  paperback;
  ebook;
}

/** Its key is an association and a number: `Chapters(book_ID=1,number=2)`. */
entity Chapters {
  key book   : Association to Books;
  key number : Integer;
      title  : String(200);
      pages  : Integer;
}

/** Its key has text, a date and an integer. */
entity Sales {
  key shop   : String(40);
  key day    : Date;
  key number : Integer;
      book   : Association to Books;
      copies : Integer;
      amount : Decimal(15, 2);
}

/** Its key is text. */
entity Genres {
  key code   : String(40);
      name   : String(100);
      parent : Association to Genres;
}

/** A note with an ETag: CAP wants `If-Match` of those who change it. */
entity Notes : cuid {
  text       : String(200);
  modifiedAt : Timestamp @cds.on.insert: $now  @cds.on.update: $now;
}

/** The shop itself, of which there is one. */
entity Shop {
  key ID   : Integer;
      name : String(100);
}

/** An order, edited as a draft. */
entity Orders : cuid {
  customer : String(100);
  placed   : Date;
  items    : Composition of many OrderItems on items.order = $self;
}

entity OrderItems : cuid {
  order    : Association to Orders;
  book     : Association to Books;
  quantity : Integer;
}
