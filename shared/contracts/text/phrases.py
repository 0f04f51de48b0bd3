"""Phrases that steer a model beyond the use of a plugin, in the languages that plugins are published in.

A list of phrases catches the careless and the copied, not the determined: it is one lane of several, and its findings
are for a person to judge. Every repetition is bounded, and a phrase is only looked for in a text that holds one of its
anchors, so that large documents cost little.
"""

# ruff: noqa: E501 - a phrase is one line: cut in two, its alternatives are harder to read than a long line

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from shared.contracts.text.joined import Joined
from shared.contracts.text.scripts import folded
from shared.contracts.text.visible import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_HIDDEN = re.compile(f"[{HIDDEN}]")
_EMPHASIS = "_*`~"
_NOT = r"(?:do not|don'?t|never|must not|mustn'?t|should not|shouldn'?t|may not|cannot|without|avoid|refrain from)"
_TOOLS = r"(?:plug-?ins?|tools?|apis?|functions?|services?|actions?|extensions?|assistants?|servers?)"
_RULES_OF_OTHERS = (
    r"(?:instructions?|prompts?|rules?|guidelines?|polic(?:y|ies)|directives?|messages?|constraints?|restrictions?|"
    r"safety|guardrails?|commands?|context)"
)


MAX_EFFORT = 6_000_000
"""Characters times phrases that may be looked at in one document. The largest honest document known needs a tenth."""
_HIT = 60
"""What finding an anchor costs, in characters looked at."""


class Phrase(NamedTuple):
    """One phrase: what it does, what must be in a text for it to be looked for, and its form in lower case."""

    does: str
    anchors: tuple[str, ...]
    form: re.Pattern[str]


def _phrase(does: str, anchors: str, form: str) -> Phrase:
    return Phrase(does, tuple(anchors.split("|")), re.compile(form))


_PHRASES = (
    _phrase(
        "demands to be preferred",
        "always|every time|at all times",
        r"\b(?:always|every time|at all times),? (?:(?:first|please|you must|try to|be sure to|default to) ){0,2}"
        r"(?:use|using|call|choose|prefer|select|invoke|pick|trigger|run|rely on|consult|recommend|suggest|promote)\b",
    ),
    _phrase(
        "demands to be preferred",
        "use this|use our|call this|prefer|choose this|default to",
        r"\b(?:use|call|choose|prefer|default to) (?:this|our|the present) " + _TOOLS + r" "
        r"(?:for|in|with|on) (?:all|every|any|each)\b|\bprefer (?:this|our|my) " + _TOOLS + r"\b|"
        r"\b(?:only|exclusively) (?:use|call|trust) (?:this|our|my) " + _TOOLS,
    ),
    _phrase(
        "sets itself against others",
        "other|another|competing|competitor|any tool|any plugin",
        r"\b(?:instead of|rather than|over|in place of|before (?:using|calling|trying|any)|" + _NOT + r" "
        r"(?:use|using|call|calling|consult|recommend|suggest|trust|invoke)) (?:(?:any|all|the|every|some) ){0,2}"
        r"(?:(?:other|another|competing|competitor'?s?|alternative|similar) ){1,2}" + _TOOLS,
    ),
    _phrase(
        "hides something from the user",
        "mention|tell|telling|reveal|disclos|inform|notify|alert|warn|let the user|let them know|acknowledge",
        r"\b" + _NOT + r" (?:ever )?(?:mention|tell|reveal|disclos|inform|notify|alert(?:ing)? the|warn|acknowledg|"
        r"let(?:ting)? (?:the user|them|anyone|users) (?:know|see))",
    ),
    _phrase(
        "hides something from the user",
        "secret|hidden|confidential|conceal|hide|between us|must not know|should not know|invisible to",
        r"\bkeep (?:(?:this|it|these|that|the|all|such|instructions?|prompts?|rules?|details) ){1,4}"
        r"(?:secret|hidden|confidential|private|invisible|to yourself)\b|"
        r"\b(?:hide|conceal) (?:this|these|the fact|that|it|the (?:call|request|result|instructions?))\b|"
        r"\busers? (?:must|should|may|can|is|are) (?:not|never) (?:to )?(?:know|see|be told|be aware|learn|notice)\b|"
        r"\b(?:hidden|invisible) (?:from|to) the user\b|\bthis (?:stays|remains) between us\b",
    ),
    _phrase(
        "overrides other instructions",
        "ignore|disregard|forget|override|overrule|bypass|supersede|set aside|skip",
        r"\b(?:ignore|ignoring|disregard(?:ing)?|forget|overrid(?:e|es|ing)|overrul(?:e|es|ing)|bypass(?:ing)?|"
        r"supersed(?:e|es|ing)|set aside|skip) (?:(?:all|any|every|each|the|your|my|its|of|other|previous|previously|prior|above|"
        r"earlier|preceding|former|existing|current|original|initial|system|safety|default|given|openai'?s?|developer|"
        r"user'?s?|content|conflicting) ){1,5}" + _RULES_OF_OTHERS + r"\b|"
        r"\bforget (?:everything|all|what) (?:you|that|above|before|i)\b|"
        r"\b(?:ignore|disregard) (?:everything|anything|all|whatever) (?:above|before|prior|previous|that came|you were)\b",
    ),
    _phrase(
        "overrides other instructions",
        "you are now|from now on|new instruction|system prompt|developer mode|jailbreak|no restrictions|take precedence|"
        "takes precedence|highest priority|unrestricted|real instructions|act as if",
        r"\byou are now (?:a|an|in|the|free|no longer|operating|dan)\b|\bfrom now on,? (?:you|always|never|ignore|only|respond|act)\b|"
        r"\bnew (?:system )?instructions?\s?:|\b(?:your|the) system prompt\b|\bdeveloper mode\b|\bjailbreak|\bno restrictions\b|"
        r"\bthese instructions (?:take|have) (?:precedence|priority)|\btakes? precedence over (?:all|any|your|the|other|previous)\b|"
        r"\b(?:these|this|following) (?:\w{1,20} ){0,3}(?:has|have|is|are|with) (?:the |of )?highest priority\b|"
        r"\bunrestricted (?:mode|ai|assistant|model)\b|\breal instructions\b|\bact as if you (?:have|had|were|are) no\b",
    ),
    _phrase(
        "acts without the user",
        "without|ask",
        r"\bwithout (?:(?:first|ever|any|the|explicit|prior|further|user'?s?|their|requiring|waiting for) ){0,4}"
        r"(?:asking|confirm(?:ation|ing)?|consent|permission|knowledge|approval|informing|their knowledge|notice|consulting)"
        r"(?! (?:of|from) (?:the )?(?:seller|owner|author|publisher))\b|"
        r"\b" + _NOT + r" (?:ask|asking|wait|waiting) (?:the user|users|them|for (?:user |the user'?s? |any |their )?"
        r"(?:confirmation|permission|consent|approval))",
    ),
    _phrase(
        "acts without the user",
        "silently|secretly|covertly|discreetly|in the background",
        r"\b(?:silently|secretly|covertly|discreetly|in the background,?) (?:\w{1,12} ){0,1}"
        r"(?:call|send|run|execute|invoke|use|forward|collect|record|log|share|upload|transmit|copy|read|post|pass|store|add|"
        r"include|append|email|make|perform)\b",
    ),
    _phrase(
        "carries data away",
        "conversation|chat history|chat log|chat transcript|previous messages|all messages|message history|system prompt|"
        "entire chat|user's messages|id rsa|.ssh|.env|private key|environment variable|mcp.json|/etc/passwd|cookies",
        r"\b(?:send|forward|post|upload|transmit|include|pass|append|attach|provide|copy|paste|share|submit|report|repeat|"
        r"put|encode|embed|read|output|print|leak|exfiltrate|reveal)\w{0,3}\b[^.!?\n]{0,80}?"
        r"(?:(?:the|this|full|entire|whole|complete|all|user'?s?|previous|prior|past) (?:chat |of the )?"
        r"(?:conversations?|chat (?:history|log|transcript)s?|messages?|history of (?:the|this) (?:chat|conversation)|chat)\b|"
        r"\bsystem prompt|message history|chat (?:history|log|transcript)|id rsa|\.ssh\b|\.env\b|private keys?\b|environment variables?|mcp\.json|"
        r"/etc/passwd|\bsession cookies)",
    ),
    _phrase(
        "claims authority",
        "mandatory|required by|openai requires|system requires|failure to|critical instruction|important instruction|you must obey|must comply",
        r"\b(?:openai|anthropic|google|microsoft|the (?:system|platform|developers?)) (?:requires?|demands?|orders?|mandates?) "
        r"(?:that )?(?:you|all|this)\b|\byou must (?:obey|comply)\b|\b(?:critical|important|mandatory|urgent|secret|special) "
        r"(?:system )?instructions? (?:for|to) (?:the )?(?:ai|assistant|model|llm|chatgpt|agent|gpt)\b|"
        r"\bfailure to (?:use|call|comply|follow|do so)[^.\n]{0,60}(?:will|shall|crash|break|harm|delete|punish)",
    ),
    _phrase(
        "overrides other instructions",
        "instruc|anweisung|istruzioni",
        r"\bignor[aeéi]\w{0,4} (?:(?:tod[ao]s?|las?|los?|as|os|toutes?|les|vos|tes|tutte|le|sie|alle|die|suas|sus|tus|ces) ){0,3}"
        r"(?:instruc\w{1,8}|instrução|instruções|istruzioni|(?:vorherigen|bisherigen|vorigen|obigen|früheren) \w{3,20}|anweisungen|"
        r"(?:consignes|directives))",
    ),
    _phrase("overrides other instructions", "consigne", r"\b(?:ignor|oubli)\w{1,4} (?:(?:toutes?|les|vos|tes) ){0,3}consignes"),
    _phrase("overrides other instructions", "vorherig|bisherig|vorig", r"\b(?:ignorier|vergiss|vergess|missacht)\w{0,3} (?:(?:sie|alle|die) ){0,3}(?:vorherig|bisherig|vorig)"),
    _phrase("demands to be preferred", "siempre|sempre|toujours|immer", r"\b(?:usa|use|utiliza|utilice|utilizza|utilisez|utilise|verwenden?|nutzen?|benutzen?) (?:sie )?(?:siempre|sempre|toujours|immer)\b|\b(?:siempre|sempre) (?:usa|use|utiliza|utilice|utilizza)\b|\bimmer (?:verwenden|nutzen|benutzen|aufrufen)\b"),
    _phrase("hides something from the user", "no menciones|no mencione|no digas|no reveles|não mencione|não diga|não revele|non menzionare|non dire|non rivelare", r"\b(?:no (?:le )?(?:menciones?|digas|reveles?)|não (?:mencione|diga|revele)|non (?:menzionare|dire all|rivelare))"),
    _phrase("hides something from the user", "pas |jamais", r"\bne (?:(?:le|la|lui|leur) )?(?:mentionne[zr]?|dis|dites|révèle[zr]?|divulgue[zr]?|informe[zr]?) (?:pas|jamais)"),
    _phrase("hides something from the user", "nicht|niemals|nie ", r"\b(?:erwähne|erwähnen sie|verrate|verraten sie|sage? dem (?:nutzer|benutzer)|informiere|informieren sie)\b[^.\n]{0,40}\b(?:nicht|niemals|nie)\b"),
    _phrase("overrides other instructions", "игнорир|забудь|забыть", r"(?:игнорируй|проигнорируй|забудь)(?:те)? (?:(?:все|всё|любые|эти|свои|твои|ваши) ){0,2}(?:предыдущ|прежн|прошл|инструкц|указан|правил)"),
    _phrase("hides something from the user", "не упоминай|не говори|не сообщай|не раскрывай|не рассказывай", r"не (?:упоминай|говори|сообщай|раскрывай|рассказывай)(?:те)?\b"),
    _phrase("demands to be preferred", "всегда", r"всегда (?:используй|вызывай|выбирай|применяй)(?:те)?"),
    _phrase("overrides other instructions", "忽略|無視|忘记|忘記|无视", r"(?:忽略|无视|無視|忘记|忘記)(?:掉)?(?:之前|以上|先前|所有|一切|前面|上面|此前|上述|你的|系统|系統)"),
    _phrase("overrides other instructions", "指示|命令|プロンプト", r"(?:以前|上記|これまで|今まで|すべて|全て|システム)の(?:すべての)?(?:指示|命令|プロンプト|ルール)を(?:すべて)?(?:無視|忘れ)"),
    _phrase("hides something from the user", "不要|不得|切勿|禁止|勿", r"(?:不要|不得|切勿|禁止|请勿|請勿|勿)(?:向用户|对用户|向用戶|對用戶|告诉|告訴|提及|透露|泄露|洩露|说明这|告知用)"),
    _phrase("demands to be preferred", "务必|務必|始终|始終|总是|總是|必须|必須", r"(?:务必|務必|始终|始終|总是|總是|必须始终)(?:优先)?(?:使用|调用|調用|选择|選擇|推荐|推薦)(?:此|这|這|本)"),
    _phrase("hides something from the user", "ユーザー", r"ユーザー(?:に|には)(?:このことを|これを|絶対に|決して)?(?:伝え|言わ|知らせ|明かさ|教え)(?:な|ず|ては|てはい)"),
    _phrase("demands to be preferred", "必ず|常に", r"(?:必ず|常に)(?:この|本)(?:プラグイン|ツール|サービス)(?:を|だけ)"),
    _phrase("overrides other instructions", "무시", r"(?:이전|앞의|위의|모든|기존)의? ?(?:모든 )?(?:지시|명령|지침|프롬프트)\S{0,6} ?(?:모두 )?무시"),
    _phrase("hides something from the user", "사용자에게", r"사용자에게 ?(?:절대 )?(?:말하지|알리지|언급하지|밝히지|공개하지)"),
    _phrase("demands to be preferred", "항상", r"항상 (?:이|본) (?:플러그인|도구|서비스)"),
    _phrase("overrides other instructions", "تجاهل", r"تجاهل (?:(?:جميع|كل|كافة) )?(?:التعليمات|الأوامر|القواعد|الإرشادات)"),
    _phrase("hides something from the user", "لا تخبر|لا تذكر", r"لا (?:تخبر|تذكر)(?:ي|وا)? (?:ل?لمستخدم|المستخدم|هذا للمستخدم)"),
    _phrase("overrides other instructions", "निर्देश", r"(?:पिछले|पहले के|सभी|सारे)(?: सभी)? निर्देशों? को (?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल)"),
    _phrase("hides something from the user", "उपयोगकर्ता को", r"उपयोगकर्ता को (?:यह |कभी |कुछ )?(?:न|मत|नहीं) (?:बताएं|बताएँ|बताना|बताओ)|उपयोगकर्ता को (?:यह |कभी )?(?:मत बता|न बता)"),
)  # fmt: skip

_ROLE_MARKS = re.compile(
    r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|"
    r"endofprompt|fim_\w{1,8}|tool_call)\|>|\[/?INST\]|<</?SYS>>|"
    r"</?(?:system|system[_-]?(?:prompt|message|instructions?)|assistant|important|instructions?|secret|hidden|admin|override|"
    r"tool_(?:call|result|response|use)|function_(?:call|results?)|antml:\w{1,20})>|"
    r"(?:^|\n)[ \t]{0,8}#{1,4} ?(?:system|assistant|human|instruction)s?(?: (?:prompt|message|instructions?))? ?:?[ \t]{0,8}(?:\n|$)|"
    r"(?:^|\n)[ \t]{0,8}(?:human|assistant|system (?:prompt|message|instructions?)) ?:[ \t]",
    re.IGNORECASE,
)
ROLE_ANCHORS = ("<|", "inst]", "<<sys", "</", "system", "assistant", "human", "important>", "secret>", "hidden>",
                 "instruction", "override>", "admin>", "tool_", "function_")  # fmt: skip
"""One of these, in lower case, is in every text that holds the mark of a role."""


class TooMuchTextError(Exception):
    """The texts hold more of what is looked for than any honest document does, and than there is time for."""


def candidates(readings: Sequence[str]) -> dict[int, list[Phrase]]:
    """Return which phrases are worth looking for in which reading: those of which it holds an anchor.

    Raises TooMuchTextError.
    """
    joined = Joined(readings)
    found: dict[int, list[Phrase]] = {}
    left = MAX_EFFORT
    for phrase in _PHRASES:
        for number in joined.holders(phrase.anchors):
            found.setdefault(number, []).append(phrase)
            left -= _HIT + len(readings[number])
            if left < 0:
                raise TooMuchTextError
    return found


def plain(text: str) -> tuple[str, ...]:
    """Return a text as a model may take it: lower case, one space, no hidden characters, and letters as they look.

    Two readings are returned where letters of other alphabets could stand for Latin ones or for themselves.
    """
    if text.isascii():
        return (_one_line(text),)
    lowered = _one_line(
        unicodedata.normalize("NFKC", _HIDDEN.sub("", text)).replace("\u2019", "'").replace("\u2018", "'")
    )
    alike = folded(lowered)
    return (lowered,) if alike == lowered else (lowered, alike)


def _one_line(text: str) -> str:
    text = text.lower()
    for sign in _EMPHASIS:
        text = text.replace(sign, " ")
    return " ".join(text.split())


def steering(text: str, phrases: Iterable[Phrase] = _PHRASES) -> Iterator[tuple[str, str]]:
    """Yield what a phrase does, and the phrase as found, once for each thing done. `text` has to be `plain` already."""
    done: set[str] = set()
    for phrase in phrases:
        if phrase.does not in done and (found := phrase.form.search(text)):
            done.add(phrase.does)
            yield phrase.does, found.group()


def role_mark(text: str) -> str:
    """Return the first mark of a role in a text, "" where there is none."""
    found = _ROLE_MARKS.search(text)
    return found.group().strip() if found else ""
