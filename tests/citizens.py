"""Citizens of whom the site keeps no user, as those who sign in with a BundID."""

from AccessControl.SecurityManagement import newSecurityManager


PASSWORD = "geheim-genug-2026"


def known(portal, user_id):
    """Makes somebody known to the root of the database, with the role of citizens, and returns the user.

    As with a login elsewhere, the site's own `source_users` knows nothing of them.
    """
    users = portal.aq_parent.acl_users
    if "Citizen" not in users.roles.listRoleIds():
        users.roles.addRole("Citizen")
    if users.getUserById(user_id) is None:
        users.users.addUser(user_id, user_id, PASSWORD)
        users.roles.assignRoleToPrincipal("Citizen", user_id)
    return users.getUserById(user_id).__of__(users)


def sign_in(portal, user_id):
    """Goes on as this citizen."""
    newSecurityManager(None, known(portal, user_id))
