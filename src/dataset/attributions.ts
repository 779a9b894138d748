/** Whose work the registered data sets are, and under which terms. */

const OWN = "Made by Tombola, for tests and for trying it without data";

const ATTRIBUTIONS: Readonly<Record<string, string>> = {
  mnist:
    "MNIST by Yann LeCun, Corinna Cortes and Christopher J. C. Burges, made from NIST Special Databases 1 and 3; " +
    "commonly distributed under CC BY-SA 3.0",
  "fashion-mnist":
    "Fashion-MNIST by Han Xiao, Kashif Rasul and Roland Vollgraf (arXiv:1708.07747), copyright 2017 Zalando SE, MIT licence",
  cifar10:
    "CIFAR-10 by Alex Krizhevsky, Vinod Nair and Geoffrey Hinton, from the 80 Million Tiny Images; no licence is " +
    "stated, its authors ask to cite A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009",
  synthetic: OWN,
  "synthetic-rgb": OWN,
};

/** Of a registered data set; empty of others. */
export function attributionOf(name: string): string {
  return ATTRIBUTIONS[name] ?? "";
}
