// The pages of the operator.

export default function Operator() {
  return null;
}
