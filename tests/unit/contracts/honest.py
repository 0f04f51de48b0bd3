"""Honest descriptions in more than ten scripts: phrases written by hand, in templates as publishers write them."""

# ruff: noqa: RUF001 - the point of these is that other alphabets look like Latin and are honest

from __future__ import annotations

_PHRASES: dict[str, tuple[str, ...]] = {
    "Latin": (
        "Search for flights, hotels and cars and compare their prices.",
        "Plan your trips: get itineraries, maps and the weather for every day.",
        "Trouvez des recettes de saison et créez votre liste de courses en un clic.",
        "Suchen Sie Wohnungen in Ihrer Nähe und vergleichen Sie Größe, Miete und Lage.",
        "Consulta el tiempo de mañana, la calidad del aire y la previsión de la próxima semana.",
        "Tra cứu giá chứng khoán và tin tức thị trường mỗi ngày.",
        "Yakındaki restoranları bulun, menüleri görün ve masa ayırtın.",
        "Encuentra pisos de alquiler, compara precios y contacta con el dueño.",
        "Pesquise receitas, veja a informação nutricional e planeie as refeições.",
        "Wyszukuj książki, sprawdzaj dostępność i rezerwuj je w bibliotece.",
    ),
    "Cyrillic": (
        "Поиск книг и статей по названию, автору или теме.",
        "Узнавайте погоду на неделю и качество воздуха в вашем городе.",
        "Пошук квитків на потяги та автобуси по всій Україні.",
        "Переводите документы и проверяйте орфографию на 40 языках.",
        "Проверяйте расписание электричек и стройте маршруты.",
        "Намерете рецепти по продуктите, които имате у дома.",
    ),
    "Greek": (
        "Βρείτε εστιατόρια κοντά σας και κάντε κράτηση τραπεζιού.",
        "Δείτε τον καιρό, τα δρομολόγια των πλοίων και τις τιμές.",
        "Αναζητήστε βιβλία και άρθρα με λέξεις-κλειδιά.",
    ),
    "Arabic": (
        "ابحث عن رحلات الطيران والفنادق وقارن الأسعار بسهولة.",
        "تعرف على حالة الطقس ومواقيت الصلاة في مدينتك.",
        "جستجوی کتاب‌ها و مقاله‌های علمی به زبان‌های گوناگون.",
        "می‌توانید قیمت‌ها را ببینید و فروشگاه‌ها را مقایسه کنید.",
        "اپنے شہر کا موسم اور ہوا کا معیار معلوم کریں۔",
    ),
    "Hebrew": (
        "חפשו מתכונים, מסעדות ומשלוחים באזור שלכם.",
        "מצאו דירות להשכרה והשוו מחירים בין שכונות.",
        "בדקו את לוח הזמנים של הרכבות\u200f (בזמן אמת).",
    ),
    "Devanagari": (
        "अपने शहर का मौसम, हवा की गुणवत्ता और समाचार जानें।",
        "रेसिपी खोजें और ख़रीदारी की सूची बनाएँ।",
        "श्री\u200dमान जी के लिए ट्रेन का टिकट और किराया देखें।",
        "पुस्तकें क्\u200cष विषय के अनुसार ढूँढें और पढ़ें।",
    ),
    "Bengali": (
        "আপনার শহরের আবহাওয়া ও বাতাসের মান জানুন।",
        "বই, প্রবন্ধ ও গবেষণাপত্র খুঁজুন এবং পড়ুন।",
    ),
    "Tamil": (
        "உங்கள் நகரத்தின் வானிலையை அறியுங்கள்.",
        "புத்தகங்களையும் கட்டுரைகளையும் தேடுங்கள்.",
    ),
    "Thai": (
        "ค้นหาร้านอาหารใกล้คุณและจองโต๊ะได้ทันที",
        "ตรวจสอบ\u200bสภาพอากาศ\u200bและ\u200bคุณภาพอากาศในเมืองของคุณ",
        "เปรียบเทียบราคาสินค้าและอ่านรีวิวจากผู้ซื้อ",
    ),
    "Han": (
        "搜索航班和酒店,比较价格并查看用户评价。",
        "查询天气、空气质量和未来七天的预报。",
        "搜尋書籍與文章,支援繁體中文與英文。",
    ),
    "Japanese": (
        "レシピを検索して、買い物リストを作成します。",
        "近くのレストランを探し、空席を確認できます。",
        "天気予報とＰＭ２．５の濃度を調べます。",
    ),
    "Hangul": (
        "가까운 식당을 찾고 자리를 예약하세요.",
        "오늘의 날씨와 미세먼지 농도를 확인하세요.",
        "항공권과 호텔 가격을 비교해 보세요.",
    ),
    "Armenian": (
        "Գտեք գրքեր և հոդվածներ ըստ թեմայի։",
        "Իմացեք եղանակը ձեր քաղաքում։",
    ),
    "Georgian": (
        "მოძებნეთ რესტორნები და დაჯავშნეთ მაგიდა.",
        "გაიგეთ ამინდი თქვენს ქალაქში.",
    ),
}
_TEMPLATES = (
    "{}",
    "{} 😀",
    "✈️ {} 👍🏽",
    "👨‍👩‍👧 {} 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇫🇷",
    "❤️‍🔥 {} 1️⃣ ☎️ ™️",
    "API v2: {} (JSON, 24/7)",
    "“{}” — beta…",
    "1. {}\n2. Wi-Fi, 5 km, 20 °C, 10 kΩ, 3 µm, Δt ≥ 0,5 s\n",
    "- {}\n- https://todo.some-publisher.net/help",
    "{}\u00a0· USD\u202f100 · x² + y² = z²",
)


def descriptions() -> list[tuple[str, str]]:
    """Return script and text of each description."""
    return [
        (script, template.format(phrase))
        for script, phrases in _PHRASES.items()
        for phrase in phrases
        for template in _TEMPLATES
    ]


MORE_THAN_A_PHRASE = (
    "Use this plugin when the user asks about flights. Ask for the date if it is missing.",
    "Returns at most 10 results; do not show more than 5 at a time.",
    "If the user does not name a city, ask for one. Never invent prices.",
    "The assistant should show the results in a table with a link to each product.",
    "Plugin for searching through the user's own documents to find answers. The user has to sign in first.",
    "Pass your API key in the header X-Api-Key. Unknown parameters are silently ignored.",
    "Creates a document. Without a title the first line is used. Other tools can open the result.",
    "Prices are in euro. Ignore upper and lower case in names. Skip the header line.",
    "Sends a message to a channel that the user names. The call fails without a channel.",
    "System: the operating system of the device. User: who is signed in.",
    "The query should be in English. Translate it when the user writes in another language.",
    "An assistant for human resources: holidays, sick leave and pay slips.",
    "See https://todo.some-publisher.net/?q=%E7%A5%9E%E5%8D%81%E5%85%AD%E5%90%84%E7%B3%BB%E7%BB%9F%E5%8D%81%E5%85%AD%E5%90",
    "Displays the image as ![chart](https://todo.some-publisher.net/chart.png).",
    "Gets the conversation topics of a forum, the newest first.",
    "List of fields:\n\n| name | type |\n|------|------|\n| id   | int  |\n",
    "Order status: 0 = new, 1 = paid, 2 = sent; see `status` < 3 && `status` >= 0.",
    "Formula: a[i] = b[j] * (c + d) <= e, for all i in [0, n).",
)
