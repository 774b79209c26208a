//! The words that tell what a number in a letter is. A `*` lets the word go on; in scripts that do not divide words, each
//! pattern stands for itself wherever it is.

/// What a word says about the number beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MentionKind {
    /// It names the code of a login whole: "verification code".
    Strong,
    /// It may be any code: "code", "PIN". It counts only in a letter about a login, and not beside trade.
    Weak,
    /// It makes even a code into another one: "promo", "backup", "zip".
    OtherCode,
    /// It names another number: "order", "invoice".
    Number,
    /// Trade and travel, where "code" is something else.
    Trade,
    /// What the characters right before it are for: `482913 to log in`.
    Purpose,
}

impl MentionKind {
    pub(super) fn names_a_code(self) -> bool {
        matches!(self, Self::Strong | Self::Weak)
    }
}

pub(super) const KINDS: &[(MentionKind, &str)] = &[
    (MentionKind::Strong, STRONG),
    (MentionKind::Weak, WEAK),
    (MentionKind::OtherCode, OTHER_CODES),
    (MentionKind::Number, NUMBERS),
    (MentionKind::Trade, TRADE),
    (MentionKind::Purpose, PURPOSES),
];

const STRONG: &str = "verification code|verify code|login code|log-in code|log in code|sign-in code|sign in code|signin code|\
    security code|authentication code|authenticator code|auth code|one-time code|one time code|one-time password|one time password|\
    one-time passcode|one-time pin|one time pin|single-use code|single use code|passcode|pass code|otp|2fa code|two-factor code|\
    two-step code|2-step code|verification number|verification pin|login pin|sign-in pin|device code|email code|code to log in|\
    code to login|code to sign in|code to verify|code to confirm your|code to continue|code for your login|code for signing in|\
    bestätigungscode*|bestätigungs-code|sicherheitscode*|sicherheits-code|verifizierungscode*|verifikationscode*|anmeldecode*|\
    anmelde-code|logincode*|login-code|einmalcode*|einmal-code|einmalpasswort|einmalkennwort|einmal-passwort|einmal-pin|freischaltcode*|\
    authentifizierungscode*|prüfcode*|tan|mtan|smstan|code zum anmelden|code zur anmeldung|code für ihre anmeldung|code für deine anmeldung|\
    code de vérification|code de connexion|code de sécurité|code à usage unique|code d'authentification|code d'identification|\
    mot de passe à usage unique|code de validation|code temporaire|code pour vous connecter|\
    código de verificación|código de seguridad|código de acceso|código de inicio de sesión|código de un solo uso|\
    contraseña de un solo uso|código de autenticación|clave dinámica|código para iniciar sesión|codigo de verificacion|\
    codice di verifica|codice di sicurezza|codice di accesso|codice d'accesso|codice monouso|password monouso|codice usa e getta|\
    codice temporaneo|codice di autenticazione|codice per accedere|\
    código de verificação|código de segurança|código de acesso|código de uso único|senha de uso único|código de autenticação|\
    código de login|senha temporária|codigo de verificacao|\
    verificatiecode*|beveiligingscode*|inlogcode*|aanmeldcode*|eenmalige code|eenmalig wachtwoord|controlecode|\
    kod weryfikacyjny|kodu weryfikacyjnego|kod logowania|kod do logowania|kod bezpieczeństwa|kod jednorazowy|jednorazowy kod|hasło jednorazowe|\
    kod autoryzacyjny|kod dostępu|\
    verifieringskod*|inloggningskod*|säkerhetskod*|engångskod*|verifikationskode*|sikkerhedskode*|engangskode*|sikkerhetskode*|\
    innloggingskode*|påloggingskode*|loginkode*|bekræftelseskode*|bekreftelseskode*|bekräftelsekod*|verifiseringskode*|\
    vahvistuskoodi*|kertakäyttökoodi*|kertakäyttöinen koodi|kirjautumiskoodi*|turvakoodi*|\
    ověřovací kód|přihlašovací kód|bezpečnostní kód|jednorázový kód|potvrzovací kód|overovací kód|\
    ellenőrző kód*|biztonsági kód*|belépési kód*|egyszer használatos|\
    cod de verificare|codul de verificare|cod de securitate|codul de securitate|\
    код подтверждения|проверочный код|код безопасности|код для входа|одноразовый код|одноразовый пароль|код входа|код доступа|\
    код авторизации|код верификации|код проверки|код підтвердження|одноразовий код|код для входу|код для підтвердження|\
    doğrulama kodu*|güvenlik kodu*|giriş kodu*|onay kodu*|tek kullanımlık*|\
    κωδικός επαλήθευσης|κωδικός επιβεβαίωσης|κωδικός ασφαλείας|κωδικός μίας χρήσης|\
    mã xác minh|mã xác nhận|mã xác thực|kode verifikasi|kode otp|kode keamanan|\
    رمز التحقق|رمز التأكيد|رمز الدخول|رمز الأمان|קוד אימות|קוד האימות|קוד חד פעמי|सत्यापन कोड|ओटीपी|รหัสยืนยัน|รหัสผ่านครั้งเดียว|\
    验证码|驗證碼|校验码|动态码|动态密码|安全码|安全代碼|安全代码|登录码|登入碼|确认码|確認碼|一次性密码|一次性密碼|认证码|認證碼|\
    認証コード|確認コード|ログインコード|検証コード|セキュリティコード|セキュリティ コード|ワンタイムパスワード|ワンタイムコード|ワンタイムパスコード|パスコード|認証番号|確認番号|\
    인증 코드|인증코드|인증번호|인증 번호|확인 코드|확인코드|보안 코드|보안코드|로그인 코드|일회용 코드|일회용 비밀번호";

const WEAK: &str = "code|pin|pin-code|pincode|zugangscode*|access code|confirmation code|activation code|código|codigo|codice|kod|kode|\
    koden|kodu*|koodi*|kód*|код|cod|codul|代码|代碼|コード|코드|mã|κωδικός|κωδικό|رمز|קוד|कोड|รหัส|toegangscode|bevestigingscode|\
    code de confirmation|temporary password";

/// Of the letter as a whole: it is about letting somebody in.
pub(super) const CONTEXT: &str = "log in|login*|log-in|logging in|sign in|signing in|sign-in|signin|verify*|verification|authenticat*|two-factor|\
    2fa|one-time|confirm your email|confirm your identity|confirm it's you|magic link|new device|\
    anmeld*|einlogg*|verifizier*|bestätig*|connecter|connexion|vérifi*|identifi*|iniciar sesión|inicio de sesión|verific*|acceder|\
    accedi|accedere|accesso|entrar|inlog*|aanmeld*|logowani*|zalog*|weryfik*|logga in|log på|log ind|logg inn|verifi*|kirjaut*|vahvist*|\
    přihl*|ověř*|bejelentkez*|autentific*|вход*|войти|подтвер*|авториз*|вхід|увійти|підтвер*|giriş*|doğrula*|σύνδεσ*|επαλήθευσ*|\
    đăng nhập|masuk|تسجيل الدخول|התחבר*|כניסה|लॉग इन|登录|登入|登陆|验证|驗證|ログイン|サインイン|認証|로그인|인증";

/// What letters with a code say besides, where they do not say what it is for.
pub(super) const CODE_LETTER: &str = "signed in|logged in|expires in|expire in|valid for|do not share|don't share|didn't request|did not request|\
    didn't ask|did not ask|gültig|nicht angefordert|expire dans|valable|caduca|vence|scade|valido|válido|verloopt|geldig|wygasa|ważny|giltig|gyldig|\
    voimassa|platný|действит*|истека*|geçerli*|分钟|分鐘|有効期限|分間|유효|분";

/// What somebody types characters for, right behind them.
const PURPOSES: &str = "to sign in|to log in|to login|to verify|to confirm your|to complete your sign|to complete your log|to finish signing in|\
    to continue signing in|to access your|zum anmelden|zur anmeldung|um sich anzumelden|um dich anzumelden|zum einloggen|pour vous connecter|\
    pour te connecter|pour confirmer|para iniciar sesión|para acceder|para verificar|para entrar|per accedere|per confermare|om in te loggen|\
    aby się zalogować|för att logga in|for at logge ind|for å logge inn|для входа|чтобы войти|登录|でログイン|로 로그인";

const OTHER_CODES: &str = "promo*|promotion*|discount*|coupon*|voucher*|gift*|referral|backup|back-up|recovery|recover|error|status|exit|zip|postal|\
    postcode|post code|area|country|dialling|qr|bar|dress|source|door|gate|locker|wifi|wi-fi|room|product|item|meeting|conference|webinar|\
    zoom|tracking|old|previous|expired|friend|http|parking|garage|alarm|voicemail|entry|guest|check-in|check in|invite|invitation|einladung*|quiz|game|redeem|redemption|survey|response|student|fault|color|colour|offer|bluetooth|sim|puk|\
    gutschein*|rabatt*|aktions*|ersatz*|wiederherstellung*|fehler*|postleitzahl|plz|vorwahl|sendung*|besprechung*|türcode|tür|alter|\
    promotionnel|promo|réduction|remise|code postal|secours|récupération|erreur|réunion|suivi|parrainage|porte|\
    promocional|descuento|cupón|postal|recuperación|respaldo|error|reunión|seguimiento|puerta|desconto|cupom|recuperação|reserva|reunião|\
    sconto|promozionale|cap|recupero|errore|riunione|tracciamento|porta|korting*|herstel*|foutcode*|fout|vergader*|deur*|\
    rabatow*|kod pocztowy|zapasow*|błęd*|rabattkod*|postnummer|felkod*|återställning*|скидк*|промокод*|индекс|резервн*|ошибк*|indirim*|\
    kurtarma|yedek|hata|posta|优惠*|折扣|邮编|郵遞區號|备用|恢复|错误|兑换|クーポン|割引|郵便番号|バックアップ|復旧|エラー|会議|予備|할인|쿠폰|우편번호|백업|복구|오류|회의";

const NUMBERS: &str = "order*|invoice*|ticket*|booking*|reservation*|customer*|client|member*|account number|account no|account|ending|ends in|\
    ending in|case number|case id|case no|case|reference|ref|ref.|transaction*|receipt*|version|build|sku|serial|model|part number|article|tax|vat|\
    iban|bic|swift|sort|card|phone|tel|tel.|telephone|fax|mobile|id|ip|port|flight|seat|page|chapter|section|rfc|suite|street|box|\
    parcel*|package*|shipment*|delivery|pickup|license|licence|ticket no|request|session|call|copyright|pull|issue|commit|release|policy|\
    contract|loan|payment|meeting id|\
    bestell*|auftrag*|rechnung*|buchung*|kunden*|mitglied*|vertrag*|vorgang*|aktenzeichen|referenz*|konto*|telefon*|paket*|nummer|nr|nr.|endet|\
    endend|endziffern|version|artikel*|steuer*|karte|versicherung*|\
    commande|facture|réservation|client|dossier|référence|compte|téléphone|colis|numéro|terminant|\
    pedido|factura|reserva|cliente|referencia|cuenta|teléfono|paquete|número|terminada|termina|encomenda|fatura|conta|telefone|pedido|\
    ordine|fattura|prenotazione|riferimento|conto|telefono|pacco|numero|bestelling|factuur|boeking|klant*|referentie|rekening|telefoon|pakket|\
    zamówieni*|faktur*|rezerwacj*|klient*|numer|konto|order*|faktura|bokning*|kund*|beställning*|заказ*|счет*|счёт*|брон*|номер|телефон|\
    sipariş*|fatura*|rezervasyon*|müşteri*|订单*|订单号|發票|发票|客户|单号|预订|注文*|注文番号|請求*|予約*|お客様番号|伝票|電話|주문*|주문번호|청구*|예약*|고객*|전화";

const TRADE: &str = "% off|discount*|promo*|coupon*|voucher*|checkout|at the checkout|gift card|black friday|your cart|your basket|your order|free shipping|\
    flight|itinerary|boarding|hotel|reservation|booking|parcel|pick-up point|pickup point|locker|wi-fi|wifi|webinar|zoom|meeting|dial in|dial-in|\
    rabatt*|gutschein*|warenkorb|bestellung|flug|buchung|reservierung|paket*|packstation|abhol*|besprechung|\
    remise|réduction|panier|commande|réservation|vol|colis|descuento|cupón|carrito|pedido|reserva|vuelo|paquete|desconto|cupom|carrinho|\
    sconto|carrello|ordine|prenotazione|volo|pacco|korting*|winkelwagen|bestelling|boeking|pakket*|rabat|koszyk*|zamówieni*|rezerwacj*|paczk*|\
    varukorg|bokning|paketet|скидк*|промокод*|корзин*|заказ*|рейс|брониров*|посылк*|indirim*|sepet*|sipariş*|rezervasyon*|kargo|\
    优惠|折扣|订单|购物车|航班|预订|包裹|取件|快递|クーポン|割引|カート|注文|予約|便名|荷物|할인|쿠폰|장바구니|주문|예약|택배";

/// A sentence with these before the word "code" says to keep it to oneself.
pub(super) const NOT_TO_BE_SHARED: &str = "never|not share|n't share|not give|n't give|not forward|nobody|no one|anyone|niemals|nie|niemandem|nicht weiter|geben sie|\
    jamais|ne partagez|ne communiquez|nunca|no comparta|no compartas|não compartilhe|não partilhe|mai|non condividere|nooit|deel|\
    nigdy|nie udostępniaj|aldrig|dela inte|никому|никогда|не сообщайте|asla|paylaşmayın|切勿|请勿|不要|勿|絶対に|教えないで|절대";

/// A number before one of these is an amount.
pub(super) const AMOUNTS: &str = "eur|usd|gbp|chf|jpy|sek|nok|dkk|pln|czk|try|rub|cny|krw|inr|brl|cad|aud|euro|euros|dollars|$|€|£|¥|%|kr|zł|\
    minutes|minute|min|mins|hours|hour|hrs|seconds|secs|sec|days|weeks|minuten|stunden|sekunden|tage|tagen|heures|secondes|jours|minutos|horas|segundos|\
    días|dias|minuti|ore|secondi|giorni|uren|seconden|dagen|minut|godzin|sekund|dni|minuter|timmar|минут|часов|секунд|dakika|saat|\
    people|users|members|customers|points|credits|miles|km|kb|mb|gb|subscribers|followers|views|steps|st|street|ave|avenue|road|rd|blvd|drive";

/// What a link to let somebody in is called, in its words or in its address.
pub(super) const LINK_WORDS: &str = "log in|login*|log-in|sign in|sign-in|signin|magic*|verify*|verif*|confirm*|activate|authenticate|auth|anmeld*|einlogg*|bestätig*|\
    connecter|connexion|vérifier|confirmer|iniciar sesión|acceder|accede|verificar|confirmar|accedi|verifica|conferma|entrar|inloggen|bevestig*|\
    aanmelden|zaloguj*|potwierdź|logga in|log ind|log på|logg inn|bekräfta|bekræft|kirjaudu|vahvista|přihlásit*|ověřit|войти|подтвердить|giriş*|\
    doğrula*|登录|登入|验证|驗證|确认|ログイン|認証|確認|로그인|인증|확인";

/// What a letter says of such a link: that it is one, or that it ends.
pub(super) const LINK_PROMISES: &str = "magic link|sign-in link|signin link|login link|log-in link|expire*|valid for|valid until|valid only|only be used once|used once|\
    single-use|single use|one-time link|anmeldelink|anmelde-link|login-link|läuft * ab|läuft in|gültig|einmal verwendet|\
    lien de connexion|lien magique|expire*|valable|enlace de acceso|enlace mágico|caduca*|válido|expira*|link di accesso|scade*|valido|\
    inloglink|verloopt|geldig|link do logowania|wygasa|wygaśnie|ważny|inloggningslänk|giltig|gælder|gyldig|utløper|udløber|voimassa|vanhenee|\
    platnost|platný|ссылка для входа|действ*|истека*|geçerli*|有效|过期|失效|有効|期限|유효|만료";

/// A letter or a link with these offers something else.
pub(super) const NO_LOGIN_LINK: &str = "unsubscribe|newsletter*|subscri*|reset*|forgot*|password reset|abmelden|abbestellen|zurücksetzen|désabonner|désinscri*|\
    réinitialis*|darse de baja|restablec*|cancelar la suscripción|disiscri*|reimposta*|afmelden|uitschrijven|wypisz*|avregistrera|avsluta|\
    отпис*|сброс*|退订|重置|配信停止|リセット|구독|재설정";
