using System.Management.Automation;

namespace DynamoBackup.PowerShellHost;

/// <summary>Stands between a script and Out-Default: keeps the objects, and passes everything on as it came.</summary>
[Cmdlet(VerbsCommon.Copy, "HostOutput")]
public sealed class KeepOutputCommand : PSCmdlet
{
    public const string Name = "Copy-HostOutput";

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Mandatory = true)]
    [AllowEmptyCollection]
    public List<PSObject> Into { get; set; } = [];

    protected override void ProcessRecord()
    {
        if (InputObject is null) return;
        if (InputObject.BaseObject is not ErrorRecord) Into.Add(InputObject);
        WriteObject(InputObject);
    }
}
