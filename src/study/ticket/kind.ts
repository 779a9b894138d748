/** The study `ticket`: a ticket of a file, trained as it was, or otherwise. */
import { datasetNamed } from "../../dataset/dataset.ts";
import type { StudyKind } from "../kind.ts";
import { networkKind } from "../networks/kind.ts";
import type { NetworkPlace, RowDetail } from "../networks/row.ts";
import { checkRewind } from "../pruning/kind.ts";
import { shortTitle } from "../shared/title.ts";
import { TICKET_OPTIONS, ticketSpecOf } from "./options.ts";
import { ticketPlan } from "./plan.ts";
import { remarks, type TicketRow, ticketRows } from "./rows.ts";
import { parseTicketSpec, type TicketSpec } from "./spec.ts";

export const ticket: StudyKind<TicketSpec, TicketRow, NetworkPlace, TicketRow & RowDetail> = {
  ...networkKind,
  name: "ticket",
  summary: "a ticket that `tombola export RUN --ticket` wrote: the same training again, or another of it",
  options: TICKET_OPTIONS,
  presets: [],
  examples: [
    {
      options: { from: "ticket.safetensors" },
      summary: "exactly the training that the file is of, with the same bits",
    },
    {
      options: { from: "ticket.safetensors", data: "fashion-mnist", arms: ["ticket", "reinit", "random"] },
      summary: "the ticket on other data, with its controls there",
    },
  ],
  notes: "What is not asked for is as the file's recipe has it; docs/files.md tells what it says.",
  specOf: ticketSpecOf,
  parse: parseTicketSpec,
  check: (spec, datasets) => checkRewind(spec, datasetNamed(datasets, spec.data)),
  plan: (spec, datasets) => ticketPlan(spec, datasetNamed(datasets, spec.data)),
  rows: ticketRows,
  remarks,
  async details(rows, store) {
    const details = await networkKind.details(rows, store);
    return details.map((detail, i) => ({ ...rows[i]!, ...detail }));
  },
  title: (spec) => `${shortTitle(spec)}: the ticket of ${spec.from.name}`,
  figures: [{ name: "curves", draw: async (data) => (await import("../pruning/figures/curves.ts")).curves(data) }],
};
