using { press } from '../db/schema';

@path: '/odata/v4/press'
service PressService {
  entity Authors as projection on press.Authors;

  @cds.query.limit: { default: 4, max: 4 }
  @cds.search: { title, summary }
  entity Books as projection on press.Books actions {
    action   reprint(copies : Int64)             returns Books;
    action   withdraw();
    function revenue(tax : Decimal(10, 4))       returns Decimal(34, 10);
    function similar(least : Integer)            returns many Books;
  };

  @cds.query.limit: { default: 4, max: 4 }
  entity Chapters as projection on press.Chapters;

  entity Sales as projection on press.Sales;

  entity Genres as projection on press.Genres;

  entity Notes as projection on press.Notes actions {
    action   stamp(text : String)                returns Notes;
  };
  annotate Notes with { modifiedAt @odata.etag };

  @odata.singleton
  entity Shop as projection on press.Shop;

  @odata.draft.enabled
  entity Orders as projection on press.Orders;

  entity OrderItems as projection on press.OrderItems;

  /** What the server received. */
  type Echo {
    whole   : Int64;
    decimal : Decimal(34, 10);
    day     : Date;
    time    : Time;
    moment  : Timestamp;
    id      : UUID;
    words   : many String;
  }

  action   echo(whole : Int64, decimal : Decimal(34, 10), day : Date, time : Time, moment : Timestamp, id : UUID, words : many String) returns Echo;
  action   nothing();
  action   refuse(count : Integer)                                        returns String;
  function total(genre : String)                                         returns Int64;
  function greet(name : String, day : Date, time : Time, moment : Timestamp, id : UUID, whole : Int64, flag : Boolean) returns String;
  function titles(ids : many Integer)                                     returns many String;
  function newest()                                                       returns Books;
  function language()                                                     returns String;
}
