import { memberRoutes } from "@/lib/accounts/members/member-routes";
import { ownAccountRoutes } from "@/lib/accounts/own-account-routes";
import { startRoutes } from "@/lib/accounts/start/start-routes";
import { createRouter } from "@/lib/api/router";

/** Accounts, members and the workspace, under `/api/v1`. */
export const accountRoutes = createRouter();

accountRoutes.route("/", ownAccountRoutes);
accountRoutes.route("/", memberRoutes);
accountRoutes.route("/", startRoutes);
