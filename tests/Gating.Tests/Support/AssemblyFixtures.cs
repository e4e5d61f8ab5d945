using ExpertCluster.Gating.Tests.Support;

// Trained once for all test classes.
[assembly: AssemblyFixture(typeof(DemoGates))]
[assembly: AssemblyFixture(typeof(SmallGates))]
