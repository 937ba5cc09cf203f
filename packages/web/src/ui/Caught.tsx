import { Component, type ReactNode } from "react";

type Props = { of: string; fallback: ReactNode; children: ReactNode };

/**
 * Shows `fallback` in place of what could not be loaded or drawn, so that the rest of the page stays. When `of` names
 * something else, that is tried.
 */
export class Caught extends Component<Props, { failed: string | null }> {
  override state = { failed: null as string | null };

  override componentDidCatch(error: unknown) {
    console.error(error);
    this.setState({ failed: this.props.of });
  }

  override render() {
    const { of, fallback, children } = this.props;
    return this.state.failed === of ? fallback : children;
  }
}
