// Starts what every page needs; rooms add their own modules in the block "scripts".
import { watchDialogs } from "deskops/dialog";
import { watchForms } from "deskops/forms";
import { watchKeys } from "deskops/shortcuts";
import { startTicking } from "deskops/time";
import { watchToasts } from "deskops/toast";
import { watchSignOut } from "deskops/unsent";

watchDialogs();
watchForms();
watchKeys();
watchToasts();
watchSignOut();
startTicking();
