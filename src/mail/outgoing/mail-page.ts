import { escapeHtml } from '../../domain/outgoing/template.ts';
import type { Language } from '../../domain/outgoing/outgoing.ts';

/** Outside styles are for programs that know them; what each needs stands at its element. Dark colours where the reader's system is dark. */
const style = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.page{background:#14161a!important;color:#e6e8eb!important}
.card{background:#1e2227!important;border-color:#3a404a!important}.quiet{color:#a7aeb9!important}.link{color:#8ab4f8!important}}
@media (max-width:600px){.page{padding:8px!important}.card{padding:14px 16px!important}.button{display:block!important;text-align:center}}`;

/**
 * The HTML part of a mail as a page that is read well on a phone: one column, no table. A template that is a whole page already stays as
 * it is.
 */
export const mailPage = ({
  html,
  subject,
  language,
  head,
}: {
  readonly html: string;
  readonly subject: string;
  readonly language: Language;
  /** A quiet line on top, for example whose mail it is. */
  readonly head: string;
}): string =>
  /<(?:html|body)\b/iu.test(html)
    ? html
    : `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(subject)}</title><style>${style}</style></head>
<body class="page" style="margin:0;padding:16px;background:#f3f4f6;color:#1a1a1a;font-family:Arial,Helvetica,sans-serif">
<div class="card" style="max-width:560px;margin:8px auto;padding:18px 22px;background:#ffffff;border:1px solid #e4e7ec;border-radius:8px">
<p class="quiet" style="margin:0 0 12px;font-size:13px;color:#667085">${escapeHtml(head)}</p>
${html}</div>
</body>
</html>
`;
