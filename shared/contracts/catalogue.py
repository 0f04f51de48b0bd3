"""Every finding that the judges can make: what it means, how to mend it, and how much it weighs under each profile.

`docs/findings.md` is generated from this table. A code is stable: publishers' tools match on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.findings import Severity

_ERROR, _WARNING, _NOTICE = Severity.ERROR, Severity.WARNING, Severity.NOTICE


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. A severity of None says that the profile does not report it."""

    code: str
    enforced: Severity | None
    documented: Severity | None
    means: str
    fix: str


_RULES = (
    # -- Reading a document --------------------------------------------------------------------------------------------
    Rule(
        "document.too-large",
        _ERROR,
        _ERROR,
        "The document is larger than 4 MiB, or a manifest larger than 256 KiB. The largest honest ones known have"
        " 3.1 MB and 31 kB.",
        "Serve a smaller document: leave out operations that the plugin does not need.",
    ),
    Rule(
        "document.empty",
        _ERROR,
        _ERROR,
        "The document holds nothing but white space or comments.",
        "Serve the document at this URL.",
    ),
    Rule(
        "document.not-utf8",
        _ERROR,
        _ERROR,
        "The document is not UTF-8, the only encoding that JSON has between systems (RFC 8259, section 8.1).",
        "Save the document as UTF-8.",
    ),
    Rule(
        "document.control-character",
        _ERROR,
        _ERROR,
        "The document holds a control character (U+0000 to U+001F other than tab, line feed and carriage return) as"
        " it is. Neither JSON nor YAML allows it.",
        "Remove the character. In a JSON string write it as an escape, such as \\u001b, where it is meant.",
    ),
    Rule(
        "document.html",
        _ERROR,
        _ERROR,
        "A web page or XML came back in the place of the document. Often it is the page of a login, of an error, or"
        " of an application that answers every path.",
        "Make this URL answer with the document itself.",
    ),
    Rule(
        "document.json-syntax",
        _ERROR,
        _ERROR,
        "The document is not JSON (RFC 8259).",
        "Correct the syntax at the place named; any JSON validator shows the same place.",
    ),
    Rule(
        "document.yaml-syntax",
        _ERROR,
        _ERROR,
        "The document is neither JSON nor YAML 1.2.",
        "Correct the syntax at the place named.",
    ),
    Rule(
        "document.json-read-as-yaml",
        _WARNING,
        _ERROR,
        "The document looks like JSON and is not, but it is YAML, and is read and pinned as that. A client that"
        " expects JSON cannot read it.",
        "Correct the JSON at the place named.",
    ),
    Rule(
        "document.not-object",
        _ERROR,
        _ERROR,
        "The document can be read, but it is not an object: it is a list, a string, a number or nothing.",
        "Serve an object with the fields of the format.",
    ),
    Rule(
        "document.too-deep",
        _ERROR,
        _ERROR,
        "Objects and lists are nested more than 64 deep.",
        "Flatten the document: name inner schemas under components and refer to them.",
    ),
    Rule(
        "document.too-many-nodes",
        _ERROR,
        _ERROR,
        "The document has more than 450,000 keys and values, aliases counted wherever they are used. The largest"
        " honest document known has 71,000.",
        "Serve a smaller document.",
    ),
    Rule(
        "document.duplicate-key",
        _ERROR,
        _ERROR,
        "A key stands twice in one object. Readers disagree on which of the two counts, so that a reviewer and an"
        " assistant might see different documents. `200` and `'200'` are one key.",
        "Remove or rename one of the two.",
    ),
    Rule(
        "document.number",
        _ERROR,
        _ERROR,
        "A number is infinite, not a number, beyond what a double can hold, or longer than 400 characters.",
        "Write a finite number, or a string.",
    ),
    Rule(
        "document.lone-surrogate",
        _ERROR,
        _ERROR,
        "A JSON string holds an escape such as \\ud83d without its other half. No such character exists.",
        "Write the character itself in UTF-8, or both halves.",
    ),
    Rule(
        "document.yaml-second-document",
        _ERROR,
        _ERROR,
        "The YAML stream holds a second document, which most readers would not see.",
        "Remove the `---` and what follows, or serve it at another URL.",
    ),
    Rule(
        "document.yaml-alias",
        _ERROR,
        _ERROR,
        "A YAML alias names an anchor that does not exist, or one that contains the alias itself.",
        "Define the anchor before its alias, or use $ref.",
    ),
    Rule(
        "document.yaml-expansion",
        _ERROR,
        _ERROR,
        "Written out, the YAML aliases would make the document far larger than it is.",
        "Use $ref in the place of aliases.",
    ),
    Rule(
        "document.yaml-tag",
        _ERROR,
        _ERROR,
        "A YAML tag asks the reader to build a type of some program, or the document declares tags of its own.",
        "Remove the tag. Quote the value where a string is meant.",
    ),
    Rule(
        "document.yaml-merge",
        _ERROR,
        _ERROR,
        "The merge key `<<` is an extension of YAML 1.1 that YAML 1.2 dropped; readers disagree on what it does.",
        "Write the merged keys out, or use allOf with $ref.",
    ),
    Rule(
        "document.yaml-complex-key",
        _ERROR,
        _ERROR,
        "A YAML key is a list or a mapping. JSON, and with it OpenAPI, has strings for keys. Often a placeholder such"
        " as {{name}} is left without quotes.",
        "Use a string for the key, or put the value with braces in quotes.",
    ),
    Rule(
        "findings.more",
        _NOTICE,
        _NOTICE,
        "There are more findings than are listed. The gravest are.",
        "Mend what is listed and look again.",
    ),
    # -- The manifest --------------------------------------------------------------------------------------------------
    Rule(
        "manifest.missing",
        _ERROR,
        _ERROR,
        "The manifest lacks a field that every plugin needs.",
        "Add the field.",
    ),
    Rule(
        "manifest.type",
        _ERROR,
        _ERROR,
        "A field of the manifest has another type than the format says.",
        "Give the field the type named.",
    ),
    Rule(
        "manifest.value",
        _ERROR,
        _ERROR,
        "A field of the manifest holds none of the values that the format knows.",
        "Use one of the values named.",
    ),
    Rule(
        "manifest.schema-version",
        _WARNING,
        _ERROR,
        "schema_version names a version of the format that does not exist. Publishers take it for the version of"
        " their own plugin; the original store let that pass.",
        "Write `v1`.",
    ),
    Rule(
        "manifest.empty",
        _ERROR,
        _ERROR,
        "A name or a description is empty.",
        "Fill the field in.",
    ),
    Rule(
        "manifest.too-long",
        _ERROR,
        _ERROR,
        "A name or a description is longer than the profile allows.",
        "Shorten the text to the length named.",
    ),
    Rule(
        "manifest.name-form",
        _ERROR,
        _ERROR,
        "name_for_model holds characters that a model cannot use in the name of a tool, such as spaces.",
        "Use letters, digits and underscores alone; the documented rule allows no underscores either.",
    ),
    Rule(
        "manifest.name-unusual",
        _WARNING,
        _ERROR,
        "name_for_model holds a dot or a hyphen. The original store let a few such names pass, but not every"
        " assistant can use them.",
        "Use letters, digits and underscores alone.",
    ),
    Rule(
        "manifest.unknown-key",
        _NOTICE,
        _NOTICE,
        "The manifest holds a field that the format does not know. It is kept and served as it is.",
        "Remove the field, or correct its spelling.",
    ),
    Rule(
        "manifest.auth-flag",
        _NOTICE,
        _WARNING,
        "The two spellings is_user_authenticated and has_user_authentication are both there and contradict each"
        " other, or the flag contradicts the kind of authentication.",
        "Keep is_user_authenticated alone: true where auth is user_http or oauth, otherwise false.",
    ),
    Rule(
        "manifest.verification-token",
        _NOTICE,
        _WARNING,
        "The plugin authenticates calls but has no verification_tokens, by which a host proves that it is meant.",
        "Add the token that the host gives you under auth.verification_tokens.",
    ),
    Rule(
        "manifest.api-type",
        _WARNING,
        _ERROR,
        "api.type is missing. It is taken for `openapi`, the only type there is.",
        'Add `"type": "openapi"` to api.',
    ),
    Rule(
        "manifest.api-url",
        _ERROR,
        _ERROR,
        "api.url is no https URL of a public host, and none comes of it when it is resolved against the manifest's"
        " own.",
        "Name the OpenAPI document by an https URL, or by a path on the manifest's host.",
    ),
    Rule(
        "manifest.api-host",
        _ERROR,
        _ERROR,
        "api.url is on another site than the manifest. It has to be on the manifest's root domain, which is its host"
        " less `www.`, or on a sub-domain of it. Public suffixes such as vercel.app are nobody's root domain.",
        "Serve the OpenAPI document from the manifest's host or below it.",
    ),
    Rule(
        "manifest.auth-url",
        _ERROR,
        _ERROR,
        "client_url or authorization_url is no https URL of a public host.",
        "Give a full https URL.",
    ),
    Rule(
        "manifest.auth-host",
        _WARNING,
        _ERROR,
        "client_url or authorization_url is on another site than the manifest. Users would sign in at, or their codes"
        " would be sent to, somebody else.",
        "Use a host on the plugin's root domain, or have the reviewer confirm the identity provider.",
    ),
    Rule(
        "manifest.logo-url",
        _WARNING,
        _ERROR,
        "logo_url is no https URL, so that the logo can be neither checked nor pinned.",
        "Serve the logo, a PNG or a JPEG, over https.",
    ),
    Rule(
        "manifest.logo-gif",
        _WARNING,
        _ERROR,
        "logo_url names a GIF. Moving logos are not shown.",
        "Use a PNG, a JPEG or an SVG.",
    ),
    Rule(
        "manifest.legal-url",
        _NOTICE,
        _ERROR,
        "legal_info_url is empty or no https URL.",
        "Name a page with your terms by a full https URL.",
    ),
    Rule(
        "manifest.legal-host",
        _NOTICE,
        _ERROR,
        "legal_info_url is on another registrable domain than the manifest.",
        "Use a page on the plugin's own domain, or tell the reviewer how the two belong together.",
    ),
    Rule(
        "manifest.contact-form",
        _WARNING,
        _ERROR,
        "contact_email is no e-mail address.",
        "Give one address, such as support@your-domain.",
    ),
    Rule(
        "manifest.contact-host",
        _NOTICE,
        _ERROR,
        "contact_email is on another registrable domain than the manifest.",
        "Use an address on the plugin's own domain, or tell the reviewer how the two belong together.",
    ),
    Rule(
        "manifest.placeholder",
        _WARNING,
        _ERROR,
        "A field still holds the placeholder of a template or of an example.",
        "Fill in what is true of your plugin.",
    ),
    # -- The domain ----------------------------------------------------------------------------------------------------
    Rule(
        "domain.not-proved",
        _ERROR,
        _ERROR,
        "The store demands proof that the root domain is the publisher's, and nothing there names the account.",
        "Put the text that the finding shows into a TXT record, into a file on the domain, or into"
        " auth.verification_tokens.standfast of an authenticated plugin's manifest, and submit again.",
    ),
    # -- The schema ----------------------------------------------------------------------------------------------------
    Rule(
        "schema.swagger-2",
        _ERROR,
        _ERROR,
        "This is a Swagger 2.0 document. Assistants read OpenAPI 3.0, 3.1 and 3.2.",
        "Convert the document to OpenAPI 3, for instance with swagger2openapi, and serve the result.",
    ),
    Rule(
        "schema.version",
        _ERROR,
        _ERROR,
        "The document does not say that it is OpenAPI 3.0, 3.1 or 3.2.",
        "Begin the document with `openapi: 3.1.0`, or with the version that it is written in, as a string.",
    ),
    Rule(
        "schema.structure",
        _ERROR,
        _ERROR,
        "A part of the document that says which calls exist has another type than OpenAPI says, so that nobody can"
        " tell what would be called.",
        "Give this place the type named.",
    ),
    Rule(
        "schema.shape",
        _WARNING,
        _ERROR,
        "The document breaks the official meta-schema of its OpenAPI version. The original store accepted one in five"
        " such documents; assistants may skip what they do not understand.",
        "Correct this place; the OpenAPI specification describes the object.",
    ),
    Rule(
        "schema.no-operations",
        _ERROR,
        _ERROR,
        "The document describes no call that an assistant could make.",
        "Add at least one operation under paths.",
    ),
    Rule(
        "schema.path-form",
        _WARNING,
        _ERROR,
        "A path does not begin with a slash, so that it is not clear which URL is meant.",
        "Begin the path with a slash.",
    ),
    Rule(
        "schema.method",
        _WARNING,
        _ERROR,
        "A path holds a key that is no HTTP method of this OpenAPI version and no other field of a path.",
        "Use get, put, post, delete, options, head, patch or trace, in lower case; query too from OpenAPI 3.2.",
    ),
    Rule(
        "schema.operation-id-missing",
        _WARNING,
        _ERROR,
        "An operation has no operationId, by which an assistant calls it.",
        "Give each operation an operationId of its own.",
    ),
    Rule(
        "schema.operation-id-duplicate",
        _ERROR,
        _ERROR,
        "Two operations have the same operationId, so that an assistant cannot tell them apart.",
        "Give each operation an operationId of its own.",
    ),
    Rule(
        "schema.text-too-long",
        None,
        _ERROR,
        "The summary or description of an operation or parameter has more than 200 characters, which the documented"
        " limits do not allow.",
        "Shorten the text.",
    ),
    Rule(
        "schema.ref-external",
        _ERROR,
        _ERROR,
        "A $ref leads out of the document. The store pins what was reviewed, and what stands elsewhere can change.",
        "Bundle the documents into one, for instance with `redocly bundle`, and refer to #/components.",
    ),
    Rule(
        "schema.ref-form",
        _ERROR,
        _ERROR,
        "A $ref is no JSON pointer into the document (RFC 6901).",
        "Write `#/components/…`, with ~1 for a slash and ~0 for a tilde inside a name.",
    ),
    Rule(
        "schema.ref-unresolved",
        _ERROR,
        _ERROR,
        "A $ref that somebody needs to make a call leads to a place that does not exist in the document.",
        "Define what is referred to, or correct the name.",
    ),
    Rule(
        "schema.ref-dangling",
        _WARNING,
        _ERROR,
        "A $ref in an answer, or in a component that no request needs, leads to a place that does not exist in the"
        " document. Calls can be made all the same; the original store accepted such documents.",
        "Define what is referred to, or correct the name.",
    ),
    Rule(
        "schema.ref-cycle",
        _ERROR,
        _ERROR,
        "References lead in a circle with nothing between them, so that nothing is ever described.",
        "Let one of them describe something.",
    ),
    Rule(
        "schema.server-url",
        _ERROR,
        _ERROR,
        "A server's URL is no https URL of a public host, and no other server can be used.",
        "Give an absolute https URL.",
    ),
    Rule(
        "schema.server-host",
        _ERROR,
        _ERROR,
        "No server is on the plugin's root domain or below it, so that the calls would go to another site.",
        "Name a server on the manifest's host or below it.",
    ),
    Rule(
        "schema.server-ignored",
        _NOTICE,
        _WARNING,
        "One of several servers is not on the plugin's root domain, or is no https URL. The first that fits is the"
        " one that counts.",
        "Remove servers that assistants must not call.",
    ),
    Rule(
        "schema.servers-completed",
        _NOTICE,
        _NOTICE,
        "The document has no servers, or relative ones. Served from the store it would mean the store's host, so that"
        " its served form gets the absolute origin of the URL that it was fetched from.",
        "Add servers with an absolute https URL.",
    ),
    # -- The logo ------------------------------------------------------------------------------------------------------
    Rule(
        "logo.not-image",
        _ERROR,
        _ERROR,
        "What logo_url gives is no PNG, JPEG, WebP or SVG.",
        "Serve an image at this URL.",
    ),
    Rule(
        "logo.gif",
        _ERROR,
        _ERROR,
        "The logo is a GIF. Moving logos are not shown.",
        "Use a PNG, a JPEG, a WebP or an SVG.",
    ),
    Rule(
        "logo.active-svg",
        _ERROR,
        _ERROR,
        "The SVG holds a script, an event handler, foreign content or a link to something else.",
        "Export the logo as a plain SVG, or as a PNG.",
    ),
    # -- The envelope of a dynamic schema ------------------------------------------------------------------------------
    Rule(
        "envelope.dynamic",
        _NOTICE,
        _NOTICE,
        "The schema may vary as its envelope says: within it, what is served changes without a new review.",
        "Approve it only where every document that it allows would be approved.",
    ),
    Rule(
        "envelope.place-unknown",
        _ERROR,
        _ERROR,
        "The envelope names a place that the schema does not have. References are not followed.",
        "Point to a place of the schema as it is served now; what is behind a $ref stands below /components.",
    ),
    Rule(
        "envelope.place-kind",
        _ERROR,
        _ERROR,
        "Nothing of this kind may vary at the place. Texts vary in descriptions, summaries, titles, examples and the"
        " API's version; lists of values under enum; neither below servers, authentication, defaults or extensions.",
        "Remove the entry, or submit a new version when what stands there changes.",
    ),
    Rule(
        "envelope.place-twice",
        _ERROR,
        _ERROR,
        "Two entries of the envelope name one place.",
        "Leave one of them.",
    ),
    Rule(
        "envelope.operation-unknown",
        _ERROR,
        _ERROR,
        "The envelope names an operation that the schema does not describe.",
        "Submit the schema with every operation that may ever be there; the envelope says which ones may be left out.",
    ),
    Rule(
        "envelope.server",
        _ERROR,
        _ERROR,
        "A server of the envelope cannot be used, or is not on the plugin's own site.",
        "Name absolute https URLs on the plugin's root domain or below it.",
    ),
    Rule(
        "envelope.base-outside",
        _ERROR,
        _ERROR,
        "The schema that was submitted with the envelope is not contained in it.",
        "Make the envelope allow what the schema says now: copy the pieces of a text from the schema.",
    ),
    Rule(
        "envelope.text-marked",
        _ERROR,
        _ERROR,
        "The envelope offers a text that the judges of texts find fault with. No document with it would be served.",
        "Remove the text, or change its wording.",
    ),
    Rule(
        "envelope.free-text",
        _WARNING,
        _WARNING,
        "The envelope leaves room for free text: the model will read words that nobody has reviewed.",
        "Name what may stand there with `one_of`, `number` or `date` where that is possible, and keep `longest` low.",
    ),
    # -- Text that a model will read -----------------------------------------------------------------------------------
    Rule(
        "text.scan-failed",
        _ERROR,
        _ERROR,
        "The scan of the texts did not finish. A scan that did not run is no pass.",
        "Submit the version again. If it stays so, tell the operators of the store.",
    ),
    Rule(
        "text.bidi",
        _WARNING,
        _WARNING,
        "The text holds characters that change the direction of writing, so that people read it in another order than"
        " a model does.",
        "Remove the characters.",
    ),
    Rule(
        "text.invisible",
        _WARNING,
        _WARNING,
        "The text holds characters that people cannot see and a model can.",
        "Remove the characters.",
    ),
    Rule(
        "text.tag-characters",
        _WARNING,
        _WARNING,
        "The text holds tag characters (U+E0000 to U+E007F), which spell out a hidden message in ASCII.",
        "Remove the characters. Only the flags of England, Scotland and Wales need them.",
    ),
    Rule(
        "text.variation-selector",
        _WARNING,
        _WARNING,
        "The text holds variation selectors that change no character beside them. Any bytes can be hidden in a row of"
        " these.",
        "Remove the characters.",
    ),
    Rule(
        "text.mixed-script",
        _WARNING,
        _WARNING,
        "A word mixes letters of alphabets that look alike, such as Latin and Cyrillic.",
        "Write the word in one alphabet.",
    ),
    Rule(
        "text.styled-letters",
        _WARNING,
        _WARNING,
        "The text writes words in mathematical, circled or full-width letters, which filters and people read"
        " differently.",
        "Write the words in ordinary letters.",
    ),
    Rule(
        "text.control",
        _WARNING,
        _WARNING,
        "The text holds control characters. Those from U+0080 to U+009F mostly come of text that was decoded twice.",
        "Remove the characters, or write what was meant.",
    ),
    Rule(
        "text.ansi",
        _WARNING,
        _WARNING,
        "The text holds escape sequences that make a terminal hide or overwrite what it shows.",
        "Remove the sequences.",
    ),
    Rule(
        "text.not-characters",
        _WARNING,
        _WARNING,
        "The text holds private or unassigned code points, which everybody may read differently.",
        "Remove the characters.",
    ),
    Rule(
        "text.stacked-marks",
        _WARNING,
        _WARNING,
        "The text piles accents on a character until nothing below can be read.",
        "Remove the marks.",
    ),
    Rule(
        "text.padding",
        _WARNING,
        _WARNING,
        "The text holds a long stretch of white space, which pushes what follows out of sight.",
        "Remove the stretch.",
    ),
    Rule(
        "text.html-comment",
        _WARNING,
        _WARNING,
        "The text holds an HTML or Markdown comment: a page does not show it, and a model reads it.",
        "Remove the comment.",
    ),
    Rule(
        "text.markup",
        _WARNING,
        _WARNING,
        "The text holds HTML that runs, embeds or hides something.",
        "Remove the markup.",
    ),
    Rule(
        "text.base64",
        _WARNING,
        _WARNING,
        "The text holds a long encoded string, which nobody can review by reading.",
        "Remove the string, or say in words what it is.",
    ),
    Rule(
        "text.link",
        _WARNING,
        _WARNING,
        "The text holds a link to another site, where a model may send a user, or data.",
        "Link to the plugin's own site, or have the reviewer confirm the link.",
    ),
    Rule(
        "text.image",
        _WARNING,
        _WARNING,
        "The text holds an image from another site. Showing it tells that site what the conversation is about.",
        "Remove the image.",
    ),
    Rule(
        "text.steering",
        _WARNING,
        _WARNING,
        "The text tells a model how to behave beyond the use of this plugin: to prefer it, to hide something from the"
        " user, or to disregard other instructions.",
        "Say what the plugin does and when it is useful, and leave the choice to the assistant.",
    ),
    Rule(
        "text.role-marker",
        _WARNING,
        _WARNING,
        "The text holds the marks by which models tell the system, the user and tools apart.",
        "Remove the marks.",
    ),
    Rule(
        "text.other-plugin",
        _WARNING,
        _WARNING,
        "The text names another plugin of this store.",
        "Describe your own plugin alone.",
    ),
    Rule(
        "text.name-lookalike",
        _WARNING,
        _WARNING,
        "The name is the same as, or within two letters of, the name of a plugin that is live here.",
        "Choose a name that nobody takes for another plugin's.",
    ),
)

CATALOGUE: dict[str, Rule] = {rule.code: rule for rule in _RULES}
"""All rules by code, in the order of the table."""
