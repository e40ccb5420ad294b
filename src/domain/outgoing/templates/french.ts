import type { OutgoingKind } from '../outgoing.ts';

/** Subject and text of each mail; the HTML part follows from the text. */
export const french: Readonly<Record<Exclude<OutgoingKind, 'redirect'>, readonly [subject: string, text: string]>> = {
  answer: [
    'Non exécuté : #SUBJECT#',
    `Votre message « #SUBJECT# » contient une instruction qui n'a pas pu être suivie. Rien n'a été modifié.

#ERRORS#

Ce qui a été compris :
#UNDERSTOOD#

Merci de la corriger et de renvoyer le message.`,
  ],
  acknowledgement: [
    '[#RFC_NUMBER#] #TITLE#',
    `Bonjour #ADDRESSEE#,

votre demande est enregistrée sous le numéro #RFC_NUMBER#, dans la catégorie #CATEGORY#, avec la priorité #PRIORITY#.

Répondez à ce message pour la compléter.`,
  ],
  documents_not_stored: [
    "[#RFC_NUMBER#] Vos fichiers n'ont pas été conservés : #TITLE#",
    `Bonjour #ADDRESSEE#,

votre message est rattaché à #RFC_NUMBER#, mais ses fichiers n'ont pas été conservés : #COMMENT#

Ce service n'enregistre pas de fichiers pour le moment. Merci de les transmettre autrement.`,
  ],
  approval_request: [
    '[#RFC_NUMBER#] Votre accord est demandé : #TITLE#',
    `Bonjour #ADDRESSEE#,

#REQUESTOR# demande votre accord pour #RFC_NUMBER#, #CATEGORY# : #TITLE#

#DESCRIPTION#

Merci de choisir par l'un de ces liens avant le #EXPIRES_AT#. #SILENCE# Chacun ouvre un message prêt à être envoyé ; laissez telles quelles ses lignes avec @, et écrivez un commentaire au-dessus si vous le souhaitez.

Accepter : #ACCEPT_URL#

Refuser : #REFUSE_URL#

Demander une précision : #ASK_URL#

Ces liens sont pour vous seul : ne transférez pas ce message.`,
  ],
  approval_reminder: [
    '[#RFC_NUMBER#] Rappel : votre accord est demandé : #TITLE#',
    `Bonjour #ADDRESSEE#,

votre choix pour #RFC_NUMBER# est encore attendu, avant le #EXPIRES_AT# : #TITLE#

#SILENCE#

#DESCRIPTION#

Accepter : #ACCEPT_URL#

Refuser : #REFUSE_URL#

Demander une précision : #ASK_URL#

Ces liens sont pour vous seul : ne transférez pas ce message.`,
  ],
  approval_escalation: [
    '[#RFC_NUMBER#] Votre accord est demandé à la place d’autres personnes : #TITLE#',
    `Bonjour #ADDRESSEE#,

aucune des personnes interrogées n'a répondu à temps ; c'est donc à vous de décider de #RFC_NUMBER#, demandé par #REQUESTOR#, avant le #EXPIRES_AT# : #TITLE#

#SILENCE#

#DESCRIPTION#

Accepter : #ACCEPT_URL#

Refuser : #REFUSE_URL#

Demander une précision : #ASK_URL#

Ces liens sont pour vous seul : ne transférez pas ce message.`,
  ],
  approval_again: [
    '[#RFC_NUMBER#] La réponse à votre question : #TITLE#',
    `Bonjour #ADDRESSEE#,

au sujet de #RFC_NUMBER#, vous avez demandé :

#QUESTION#

Voici la réponse :

#ANSWER#

Merci de choisir avant le #EXPIRES_AT#. #SILENCE#

Accepter : #ACCEPT_URL#

Refuser : #REFUSE_URL#

Demander une précision : #ASK_URL#

Ces liens sont pour vous seul : ne transférez pas ce message.`,
  ],
  choice_confirmation: [
    '[#RFC_NUMBER#] Merci de confirmer votre choix : #TITLE#',
    `Bonjour #ADDRESSEE#,

un choix sur #RFC_NUMBER# est arrivé en votre nom : #OUTCOME#. Rien ne prouve qu'il soit de vous ; il n'a donc aucun effet.

S'il est de vous, renvoyez-le par l'un de ces liens. Sinon, quelqu'un d'autre l'a écrit : ne faites rien, ou refusez.

Accepter : #ACCEPT_URL#

Refuser : #REFUSE_URL#

Demander une précision : #ASK_URL#`,
  ],
  operation_confirmation: [
    'Merci de confirmer votre message : #SUBJECT#',
    `Bonjour #ADDRESSEE#,

un message en votre nom demande quelque chose, et rien ne prouve qu'il soit de vous. Rien n'a été fait.

Son objet : #SUBJECT#
Son ticket : #RFC_NUMBER#
#UNDERSTOOD#

S'il est de vous, confirmez-le par ce lien avant le #EXPIRES_AT#. Il ouvre un message prêt à être envoyé ; laissez sa ligne avec @ telle quelle.

Oui, il est de moi : #CONFIRM_URL#

Sinon, ne faites rien : il restera sans effet.

Ce lien est pour vous seul : merci de ne pas transférer ce message.`,
  ],
  choice_answer: [
    '[#RFC_NUMBER#] Votre choix : #TITLE#',
    `Votre choix sur #RFC_NUMBER# a été reçu.

#OUTCOME#`,
  ],
  information_request: [
    '[#RFC_NUMBER#] Une question sur votre demande : #TITLE#',
    `Bonjour #ADDRESSEE#,

#APPROVER# demande au sujet de #RFC_NUMBER# :

#QUESTION#

Merci de répondre à ce message.`,
  ],
  decision: [
    '[#RFC_NUMBER#] #OUTCOME# : #TITLE#',
    `Bonjour #ADDRESSEE#,

décision sur votre demande #RFC_NUMBER# : #OUTCOME#. #APPROVER#

#COMMENT#`,
  ],
  solution_confirmation: [
    '[#RFC_NUMBER#] Est-ce résolu ? #TITLE#',
    `Bonjour #ADDRESSEE#,

#RFC_NUMBER# est résolu :

#SOLUTION#

Est-ce résolu pour vous ? Sans réponse, le dossier sera clos le #EXPIRES_AT#.

Oui, c'est résolu : #ACCEPT_URL#

Non, ce n'est pas résolu : #REFUSE_URL#`,
  ],
  assignment: [
    '[#RFC_NUMBER#] Pour #SUPPORT_GROUP# : #TITLE#',
    `#RFC_NUMBER#, demandé par #REQUESTOR#, est pour #SUPPORT_GROUP# : #CATEGORY#, priorité #PRIORITY#.

#DESCRIPTION#`,
  ],
  delegation: [
    '#DELEGATE# répond aux approbations à votre place',
    `Bonjour #ADDRESSEE#,

du #STARTS_AT# au #EXPIRES_AT#, #DELEGATE# peut répondre aux approbations qui vous sont demandées, et en reçoit une copie.

Un administrateur l'a enregistré. Si vous ne le souhaitez pas, merci de le signaler à votre administrateur.`,
  ],
  target_warning: [
    '[#RFC_NUMBER#] Délai : #TITLE#',
    `#RFC_NUMBER#, #CATEGORY#, priorité #PRIORITY# : #TITLE#

#REASON#`,
  ],
};
