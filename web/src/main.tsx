import "./style/tokens.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/clip.css";
import "./style/upload.css";
import "./style/clips.css";
import "./style/compare.css";
import "./style/result.css";
import "./style/priority.css";
import "./style/charts.css";
import "./style/numbers.css";
import "./style/findings.css";
import "./style/several.css";
import "./style/player.css";
import "./style/print.css";

import { Component, type ComponentChildren, render } from "preact";

import { ClipView } from "./clip/ClipView";
import { ClipsView } from "./clips/ClipsView";
import { followAddress, type Route, route } from "./routes";
import { chooseLanguage, preferredLanguage, t } from "./strings/text";
import { token } from "./token";
import { lazily } from "./ui/lazily";
import { SignIn } from "./ui/SignIn";
import { Toast } from "./ui/Toast";
import { Whole } from "./ui/Whole";
import { NewView } from "./upload/NewView";
import { restoreUploads } from "./upload/queue";

const CompareView = lazily(
  () => import("./compare/CompareView").then((file) => file.CompareView),
  () => t().compare.title,
);

const PlayerView = lazily(
  () => import("./player/PlayerView").then((file) => file.PlayerView),
  ({ player }: { player: string }) => player,
);

function View({ route }: { route: Route }) {
  switch (route.view) {
    case "clips":
      return <ClipsView />;
    case "new":
      return <NewView session={route.session} />;
    case "clip":
      return <ClipView key={route.job} job={route.job} />;
    case "compare":
      return <CompareView key={`${route.left}/${route.right}`} left={route.left} right={route.right} />;
    case "player":
      return <PlayerView key={route.player} player={route.player} />;
    case "nowhere":
      return <Whole {...t().nowhere} />;
  }
}

/** What breaks while it is drawn is said, and the rest of the tab lives on. */
class Boundary extends Component<{ children: ComponentChildren }, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Whole {...t().crashed} isBroken /> : this.props.children;
  }
}

function App() {
  return (
    <>
      <Boundary key={JSON.stringify(route.value)}>
        <View route={route.value} />
      </Boundary>
      {token.value === "" && <SignIn />}
      <Toast />
    </>
  );
}

async function start(): Promise<void> {
  followAddress();
  restoreUploads();
  // Without a network for its words the page starts in English.
  await chooseLanguage(preferredLanguage()).catch(() => chooseLanguage("en"));
  const page = document.getElementById("page");
  if (page) render(<App />, page);
}

void start();
