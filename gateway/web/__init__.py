"""The web pages: who reads in which language, how things are written for them, and what search engines are told.

``gateway.pages`` holds the routes, ``gateway/templates`` what they show, ``gateway/i18n`` the words.
"""
