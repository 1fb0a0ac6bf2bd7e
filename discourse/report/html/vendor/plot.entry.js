export {axisX, axisY, barX, dot, gridX, plot, ruleX, ruleY, text, tickX} from "@observablehq/plot";
