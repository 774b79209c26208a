//! What programs and providers call the folders of RFC 6154 where they make them: the usual names first, then language by
//! language. Case, accents, blanks and hyphens do not count (`domain::words`).

use super::SpecialUse;

/// Where a name has two purposes, the first one counts.
pub(super) const NAMES: [(SpecialUse, &[&str]); 7] = [
    (SpecialUse::Archive, ARCHIVE),
    (SpecialUse::All, ALL),
    (SpecialUse::Trash, TRASH),
    (SpecialUse::Junk, JUNK),
    (SpecialUse::Sent, SENT),
    (SpecialUse::Drafts, DRAFTS),
    (SpecialUse::Flagged, FLAGGED),
];

/// Views of Gmail, which are common words elsewhere: known below `[Gmail]` alone.
#[rustfmt::skip]
pub(super) const LABELS: &[&str] = &[
    "All", "Alle", "Todos", "Todo", "Tutti", "Tous", "Important", "Wichtig", "Importants", "Importante", "Importantes",
    "Importanti", "Belangrijk", "Ważne", "Важное", "Viktigt", "Vigtigt", "Viktig",
    "Tärkeät", "Důležité", "Dôležité", "Önemli", "Важливо", "重要", "重要邮件", "重要郵件", "중요", "중요편지함", "Markiert", "Suivis",
    "Destacados", "Speciali", "Contrassegnati", "Marcados", "Chats",
];

#[rustfmt::skip]
const ARCHIVE: &[&str] = &[
    "Archive", "Archives", "Archived", "Archived Messages",
    "Archiv", "Archivierte Nachrichten", "Archivierte E-Mails",
    "Archivés", "Messages archivés", "Archivo", "Archivos", "Archivados", "Archivio", "Archivi", "Archiviati",
    "Arquivo", "Arquivos", "Arquivados", "Arquivo morto",
    "Archief", "Archieven", "Gearchiveerd", "Archiwum", "Archiwa", "Zarchiwizowane", "Архив", "Архивы",
    "Arkiv", "Arkivet", "Arkiver", "Arkiverat", "Arkiveret", "Arkivert", "Arkisto", "Arkistot", "Arkistoidut",
    "Archivy", "Archivované", "Archívy", "Archívum", "Archívumok", "Arhivă", "Arhive", "Arşiv", "Arşivler", "Αρχείο",
    "Αρχειοθήκη",
    "Архів", "Архіви", "Arhiv", "Arxiu", "Arxius", "アーカイブ", "存档", "存檔", "归档", "已归档", "封存", "封存郵件", "典藏",
    "보관함", "보관 메일함", "아카이브", "الأرشيف", "أرشيف", "ארכיון", "ที่เก็บถาวร", "Lưu trữ", "Arsip",
];

#[rustfmt::skip]
const ALL: &[&str] = &[
    "All Mail", "All Messages", "Alle Nachrichten", "Alle E-Mails", "Tous les messages", "Tous les courriers",
    "Todos los mensajes", "Todo el correo", "Tutti i messaggi", "Tutta la posta", "Todo o correio", "Todos os e-mails",
    "Todas as mensagens",
    "Alle berichten", "Alle e-mail", "Wszystkie wiadomości", "Вся почта", "Alla mail", "All e-post", "Alla meddelanden",
    "Alle mails", "Alle meddelelser",
    "Kaikki viestit", "Všechny zprávy", "Veškerá pošta", "Všetky správy", "Összes levél", "Toate mesajele",
    "Tüm Postalar", "Όλα τα μηνύματα",
    "Вся пошта", "Уся пошта", "Tots els correus", "すべてのメール", "所有邮件", "所有郵件", "全部邮件", "全部郵件", "전체보관함", "모든 메일",
    "كل البريد", "כל הדואר", "จดหมายทั้งหมด", "Tất cả thư", "Semua Email",
];

#[rustfmt::skip]
const TRASH: &[&str] = &[
    "Trash", "Deleted Items", "Deleted Messages", "Bin", "Deleted", "Deleted Mail", "Trash Can", "Recycle Bin",
    "Wastebasket", "Rubbish",
    "Papierkorb", "Gelöscht", "Gelöschte", "Gelöschte Objekte", "Gelöschte Elemente", "Gelöschte Nachrichten",
    "Gelöschte E-Mails",
    "Corbeille", "Éléments supprimés", "Messages supprimés", "Courriers supprimés", "Supprimés", "Poubelle",
    "Papelera", "Papelera de reciclaje", "Elementos eliminados", "Mensajes eliminados", "Correo eliminado",
    "Correos eliminados", "Eliminados", "Borrados",
    "Cestino", "Posta eliminata", "Elementi eliminati", "Messaggi eliminati", "Eliminati", "Eliminata",
    "Lixeira", "Lixo", "Reciclagem", "Itens excluídos", "Itens eliminados", "Mensagens excluídas",
    "Mensagens eliminadas", "Excluídos", "Excluídas", "Eliminadas",
    "Prullenbak", "Prullenmand", "Verwijderde items", "Verwijderde berichten", "Verwijderd",
    "Kosz", "Elementy usunięte", "Wiadomości usunięte", "Usunięte", "Корзина", "Удалённые", "Удалённые элементы",
    "Удалённые письма", "Удалённое",
    "Papperskorg", "Papperskorgen", "Borttaget", "Borttagna", "Borttagna objekt", "Raderat", "Raderade objekt",
    "Raderade meddelanden",
    "Papirkurv", "Papirkurven", "Papirkorg", "Slettet", "Slettede", "Slettet post", "Slettede elementer",
    "Slettede beskeder", "Slettede meldinger", "Søppelkurv",
    "Roskakori", "Poistetut", "Poistetut viestit", "Poistetut kohteet", "Koš", "Odpadkový koš", "Odstraněná pošta",
    "Odstraněné", "Odstraněné položky", "Smazané", "Smazaná pošta",
    "Odstránené", "Odstránené položky", "Odstránená pošta", "Kuka", "Lomtár", "Törölt elemek", "Törölt üzenetek",
    "Törölt levelek", "Törölt",
    "Coș de gunoi", "Coș", "Elemente șterse", "Mesaje șterse", "Çöp", "Çöp Kutusu", "Silinmiş Öğeler", "Silinmiş",
    "Silinenler", "Silinmiş Postalar",
    "Κάδος απορριμμάτων", "Κάδος", "Απορρίμματα", "Διαγραμμένα", "Кошик", "Видалені", "Видалені елементи", "Кошче",
    "Изтрити", "Smeće", "Smeti", "Izbrisano", "Paperera", "Elements suprimits",
    "ゴミ箱", "ごみ箱", "削除済み", "削除済みアイテム", "削除済みメール", "已删除", "已删除邮件", "已删除的邮件", "废纸篓", "垃圾桶", "回收站",
    "刪除的郵件", "已刪除", "已刪除的郵件", "已刪除郵件", "資源回收筒", "휴지통", "지운 편지함", "삭제된 항목", "삭제된 편지함", "삭제된 메일", "삭제한 메일함",
    "المهملات", "سلة المهملات", "العناصر المحذوفة", "البريد المحذوف", "אשפה", "פריטים שנמחקו", "דואר שנמחק", "ถังขยะ",
    "รายการที่ถูกลบ", "Thùng rác", "Thư đã xóa", "Mục đã xóa", "Sampah", "Item Terhapus",
];

#[rustfmt::skip]
const JUNK: &[&str] = &[
    "Junk", "Spam", "Junk E-mail", "Junk Mail", "Bulk Mail", "Spam Mail", "Unsolicited Mail",
    "Spamverdacht", "Spamordner", "Unerwünscht", "Unerwünschte E-Mails", "Unerwünschte Nachrichten",
    "Unerwünschte Werbung", "Junkmail",
    "Indésirables", "Indésirable", "Courrier indésirable", "Courriers indésirables", "Messages indésirables",
    "E-mails indésirables", "Pourriel", "Pourriels", "Spams",
    "Correo no deseado", "No deseado", "No deseados", "Correo basura", "Posta indesiderata", "Indesiderata",
    "Indesiderati", "Posta spazzatura",
    "Lixo eletrônico", "Lixo electrónico", "E-mail de lixo", "Correio não solicitado",
    "Correio eletrónico não solicitado", "Não solicitado",
    "Ongewenste e-mail", "Ongewenste mail", "Ongewenste post", "Ongewenste berichten", "Ongewenst",
    "Wiadomości-śmieci", "Śmieci", "Niechciane", "Niechciana poczta", "Wiadomości niechciane", "Спам",
    "Нежелательная почта", "Нежелательные",
    "Skräppost", "Skräp", "Uønsket", "Uønsket post", "Uønsket mail", "Uønsket e-mail", "Uønsket e-post",
    "Uønskede mails", "Søppelpost", "Søppel-e-post", "Søppel",
    "Roskaposti", "Roskapostit", "Nevyžádaná pošta", "Nevyžádané", "Nevyžiadaná pošta", "Nevyžiadané", "Levélszemét",
    "Kéretlen", "E-mail nedorit", "Nedorite", "Mesaje nedorite",
    "Gereksiz", "Gereksiz E-posta", "Önemsiz", "Önemsiz E-posta", "Önemsiz Posta", "İstenmeyen", "İstenmeyen Posta",
    "İstenmeyen E-posta", "Ανεπιθύμητα", "Ανεπιθύμητη αλληλογραφία",
    "Небажана пошта", "Небажані", "Нежелана поща", "Neželjena pošta", "Neželjeno", "Neželena pošta", "Vsiljena pošta",
    "Correu brossa",
    "迷惑メール", "迷惑メールフォルダ", "迷惑メールフォルダー", "スパム", "垃圾邮件", "垃圾郵件", "垃圾信件", "垃圾信件匣", "垃圾箱",
    "스팸", "스팸 메일", "스팸메일함", "스팸 편지함", "스팸함", "정크 메일", "정크 메일함", "البريد العشوائي", "البريد غير الهام",
    "البريد غير المرغوب", "דואר זבל", "ספאם", "จดหมายขยะ", "อีเมลขยะ", "สแปม", "Thư rác", "Email Sampah",
];

#[rustfmt::skip]
const SENT: &[&str] = &[
    "Sent", "Sent Items", "Sent Mail", "Sent Messages", "Sent Mails", "Sent Email", "Outbox",
    "Gesendet", "Gesendete", "Gesendete Objekte", "Gesendete Elemente", "Gesendete Nachrichten", "Gesendete E-Mails",
    "Gesendete Mails", "Postausgang",
    "Envoyés", "Envoyé", "Messages envoyés", "Éléments envoyés", "Objets envoyés", "Courriers envoyés",
    "Courrier envoyé", "E-mails envoyés", "Mails envoyés", "Boîte d’envoi",
    "Enviados", "Enviado", "Elementos enviados", "Mensajes enviados", "Correo enviado", "Correos enviados",
    "Bandeja de salida",
    "Inviati", "Inviata", "Posta inviata", "Messaggi inviati", "Elementi inviati", "Posta in uscita",
    "Enviadas", "Itens enviados", "Mensagens enviadas", "Correio enviado", "E-mails enviados", "Caixa de saída",
    "A enviar",
    "Verzonden", "Verzonden items", "Verzonden berichten", "Verzonden e-mail", "Verzonden mail", "Verzonden post",
    "Verstuurd", "Postvak UIT",
    "Wysłane", "Elementy wysłane", "Wysłana poczta", "Poczta wysłana", "Wiadomości wysłane", "Skrzynka nadawcza",
    "Отправленные", "Отправленное", "Отправленные элементы", "Исходящие",
    "Skickat", "Skickade", "Skickade objekt", "Skickade meddelanden", "Skickad e-post", "Skickad post", "Utkorg",
    "Utkorgen",
    "Sendt", "Sendte", "Sendt post", "Sendt e-post", "Sendt mail", "Sendte mails", "Sendte elementer",
    "Sendte beskeder", "Sendte meldinger", "Udbakke", "Utboks",
    "Lähetetyt", "Lähetetyt viestit", "Lähetetyt kohteet", "Lähtevät", "Odeslané", "Odeslaná pošta", "Odeslané položky",
    "Odeslané zprávy", "Pošta k odeslání",
    "Odoslané", "Odoslaná pošta", "Odoslané položky", "Odoslané správy", "Elküldött", "Elküldött elemek",
    "Elküldött levelek", "Elküldött üzenetek",
    "Trimise", "Elemente trimise", "Mesaje trimise", "Gönderilmiş", "Gönderilmiş Öğeler", "Gönderilmiş Postalar",
    "Gönderilenler", "Gönderilen", "Giden Kutusu",
    "Απεσταλμένα", "Σταλμένα", "Εξερχόμενα", "Надіслані", "Надіслані елементи", "Відправлені", "Изпратени", "Poslano",
    "Poslane stavke", "Poslana pošta", "Enviats", "Elements enviats",
    "送信済み", "送信済みアイテム", "送信済みメール", "送信済みメッセージ", "送信済", "送信トレイ", "送信箱", "已发送", "已发送邮件", "已发送的邮件", "已发送消息", "已发邮件", "已发出",
    "发件箱", "发送箱",
    "寄件備份", "寄件匣", "寄件夾", "已寄送", "已寄出", "已傳送的郵件", "已傳送郵件", "送件匣", "보낸 편지함", "보낸 메일함", "보낸 메일", "보낸 항목", "보낼 편지함",
    "المرسلة", "البريد المرسل", "العناصر المرسلة", "الرسائل المرسلة", "דואר יוצא", "דואר שנשלח", "פריטים שנשלחו",
    "נשלח", "ส่งแล้ว", "จดหมายที่ส่งแล้ว", "รายการที่ส่ง", "Đã gửi", "Thư đã gửi", "Mục đã gửi", "Terkirim",
    "Item Terkirim",
];

#[rustfmt::skip]
const DRAFTS: &[&str] = &[
    "Drafts", "Draft", "Draft Messages", "Templates", "Entwürfe", "Entwurf", "Brouillons", "Brouillon", "Borradores",
    "Borrador", "Bozze", "Bozza",
    "Rascunhos", "Rascunho", "Concepten", "Kopie robocze", "Wersje robocze", "Robocze", "Szkice", "Черновики",
    "Черновик", "Utkast", "Kladder", "Kladde", "Udkast",
    "Luonnokset", "Luonnos", "Koncepty", "Rozepsané", "Rozepsaná pošta", "Rozepsané zprávy", "Rozpísané",
    "Rozpísané správy", "Piszkozatok", "Piszkozat", "Vázlatok",
    "Ciorne", "Schițe", "Taslaklar", "Taslak", "Πρόχειρα", "Чернетки", "Чернови", "Nacrti", "Skice", "Osnutki",
    "Esborranys",
    "下書き", "下書", "草稿", "草稿箱", "草稿夹", "草稿夾", "草稿匣", "임시 보관함", "임시 보관 메일함", "임시 저장함", "초안",
    "المسودات", "مسودات", "טיוטות", "แบบร่าง", "ฉบับร่าง", "จดหมายร่าง", "Thư nháp", "Bản nháp", "Nháp", "Draf",
    "Konsep",
];

#[rustfmt::skip]
const FLAGGED: &[&str] = &[
    "Starred", "Flagged", "Starred Messages", "Flagged Messages", "Markierte Nachrichten", "Messages suivis",
    "Con estrella", "Com estrela", "Met ster",
    "Oznaczone gwiazdką", "Помеченные", "Stjärnmärkt", "Stjärnmärkta", "Stjernemarkeret", "Stjernemarkerede",
    "Stjernemerket", "Stjernemerkede", "Tähdellä merkityt",
    "S hvězdičkou", "S hviezdičkou", "Csillagozott", "Cu stea", "Yıldızlı", "Με αστέρι", "Із зірочкою", "スター付き", "已加星标",
    "已加星號", "已加星標", "별표편지함",
];
