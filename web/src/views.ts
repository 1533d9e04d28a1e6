export { ClipView } from "./clip/ClipView";
export { CompareView } from "./compare/CompareView";
export { NewView } from "./upload/NewView";
