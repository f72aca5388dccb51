"""Words of the frame around every page, and of the pages that only say no."""

from __future__ import annotations

from ecluse_platform.core.text import Text

FRAME = {
    "frame.skip": Text(fr="Aller au contenu", en="Skip to content"),
    "frame.language": Text(fr="Langue", en="Language"),
    "frame.navigation": Text(fr="Navigation principale", en="Main navigation"),
    "frame.home": Text(fr="Accueil", en="Home"),
    "frame.projects": Text(fr="Mes projets", en="My projects"),
    "frame.requests": Text(fr="Mes demandes d'export", en="My export requests"),
    "frame.review": Text(fr="Vérification", en="Review"),
    "frame.budgets": Text(fr="Budgets", en="Budgets"),
    "frame.operations": Text(fr="Exploitation", en="Operations"),
    "frame.logout": Text(fr="Se déconnecter", en="Log out"),
    "frame.login": Text(fr="Se connecter", en="Log in"),
    "frame.footer": Text(
        fr="Service de sortie : chaque résultat qui part est recalculé, protégé, vérifié par une personne et consigné.",
        en="Egress service: every result that leaves is recomputed, protected, reviewed by a person and recorded.",
    ),
    "message.refused": Text(fr="Ce n'est pas possible", en="This is not possible"),
    "message.missing": Text(fr="Page introuvable", en="Page not found"),
    "message.fault": Text(fr="Une erreur est survenue", en="Something went wrong"),
    "message.login": Text(fr="Connexion nécessaire", en="Please log in"),
    "message.goodbye": Text(fr="Vous quittez le service de sortie", en="You are leaving the egress service"),
    "message.goodbye.hub": Text(fr="Terminer la déconnexion", en="Finish logging out"),
    "message.back": Text(fr="Revenir à l'accueil", en="Back to the start page"),
    "message.reopen": Text(fr="Rouvrir la page", en="Open the page again"),
    "time.now": Text(fr="à l'instant", en="just now"),
    "time.minutes.one": Text(fr="il y a {n} minute", en="{n} minute ago"),
    "time.minutes.many": Text(fr="il y a {n} minutes", en="{n} minutes ago"),
    "time.hours.one": Text(fr="il y a {n} heure", en="{n} hour ago"),
    "time.hours.many": Text(fr="il y a {n} heures", en="{n} hours ago"),
    "time.days.one": Text(fr="il y a {n} jour", en="{n} day ago"),
    "time.days.many": Text(fr="il y a {n} jours", en="{n} days ago"),
    "size.bytes.one": Text(fr="{n} octet", en="{n} byte"),
    "size.bytes.many": Text(fr="{n} octets", en="{n} bytes"),
    "size.kib": Text(fr="{n} Kio", en="{n} KiB"),
}
