process LEUKOTYPE_PREDICT {
    tag "$meta.id"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container "leukotype:latest"

    input:
    tuple val(meta), path(counts), path(blasts), path(fusions), path(karyotypes), path(variants)

    output:
    tuple val(meta), path("${prefix}/calls.csv")         , emit: calls
    tuple val(meta), path("${prefix}/calls.json")        , emit: json
    tuple val(meta), path("${prefix}/*.csv")             , emit: tables
    tuple val(meta), path("${prefix}/run.json")          , emit: run
    tuple val(meta), path("${prefix}/leukotype_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('leukotype'), eval("leukotype --version | sed 's/leukotype //'"), emit: versions_leukotype, topic: versions

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    def given = [
        blasts     ? "--blasts ${blasts}" : '',
        fusions    ? [fusions].flatten().collect { "--fusions ${it}" }.join(' ') : '',
        karyotypes ? "--karyotype ${karyotypes}" : '',
        variants   ? [variants].flatten().collect { "--variants ${it}" }.join(' ') : '',
    ].join(' ')
    """
    leukotype predict ${counts} ${given} ${args} --quiet --out ${prefix}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir -p ${prefix}
    touch ${prefix}/calls.csv ${prefix}/calls.json ${prefix}/run.json ${prefix}/leukotype_mqc.json
    """
}
