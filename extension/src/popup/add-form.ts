// Adding another address from the popup. The background does it, and goes on when the popup is closed. Access is not asked
// for here: the browser's question would close the popup over the page that is being kept.
import { addAddress, answerText } from "../ui/add-address.ts";
import { byId } from "../ui/section.ts";
import { t } from "../ui/text.ts";
import { typedAddress } from "../ui/typed-address.ts";

export function listenToAddForm(): void {
  const field = byId<HTMLInputElement>("add-address");
  const said = byId("add-said");
  const say = (words: string) => {
    said.textContent = words;
    said.hidden = words === "";
  };
  byId("add-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const url = typedAddress(field.value);
    if (!url) return say(field.value.trim() ? t("add_unfit", field.value.trim()) : t("add_nothing"));
    say(t("add_opening"));
    const answer = await addAddress(url, false);
    say(answerText(answer));
    if (answer.by !== "nobody") field.value = "";
  });
}
