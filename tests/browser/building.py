"""How an editor builds a form in the browser: steps and questions, each by clicking."""

from playwright.sync_api import expect


def choose_step(editor, step):
    editor.wait_for_load_state("networkidle")
    editor.locator(".autotoc-nav").get_by_text(step, exact=True).click()


def add_step(editor, title):
    editor.wait_for_load_state("networkidle")
    editor.get_by_role("link", name="Schritt hinzufügen").click()
    dialog = editor.locator(".modal-dialog")
    dialog.locator("[name='form.widgets.label']").fill(title)
    dialog.get_by_role("button", name="Hinzufügen").last.click()
    expect(editor.locator(".autotoc-nav").get_by_text(title, exact=True)).to_be_visible()


def add_question(editor, step, title, kind):
    choose_step(editor, step)
    editor.get_by_role("link", name="Frage hinzufügen").click()
    dialog = editor.locator(".modal-dialog")
    dialog.get_by_label("Titel").fill(title)
    dialog.get_by_label("Feldtyp").select_option(label=kind)
    dialog.get_by_role("button", name="Hinzufügen").last.click()
    expect(editor.locator(".k-editor-field", has_text=title).first).to_be_attached()


def change(editor, step, title):
    """Opens the settings of a question and returns the dialog."""
    choose_step(editor, step)
    editor.locator(".fieldPreview", has_text=title).locator("a.fieldSettings").click()
    return editor.locator(".modal-dialog")


def save(editor, dialog):
    dialog.get_by_role("button", name="Sichern").last.click()
    expect(editor.locator(".modal-dialog")).to_have_count(0)
